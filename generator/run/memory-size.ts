/** Sizes as people write them for --memory: `512M`, `2G`, `65536K`; a number alone counts MiB, as QEMU does. */

const unitBytes: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Bytes; undefined if it is no size. */
export function parseMemorySize(text: string): number | undefined {
  const match = /^(\d{1,9})([KMG]?)(?:iB|B)?$/i.exec(text);
  if (match === null) return undefined;
  const unit = match[2] === "" ? "M" : (match[2] ?? "M").toUpperCase();
  return Number(match[1]) * (unitBytes[unit] ?? 0);
}

/** In the largest unit that leaves at most one digit behind the point. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} bytes`;
}
