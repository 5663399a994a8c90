/**
 * A selection as text: how a kernel file carries it (struct nameplate of shim-templates/include/boot.h). First the
 * programs, "hello:0123456789abcdef tsc:...", with a NUL behind: the kernel puts that into its record. Then the calls,
 * "close fcntl:1,3 read".
 */
import type { Kept, Selection } from "./kept.ts";

export function writeSelection({ programs, kept }: Selection): string {
  const names = programs.map(({ name, digest }) => `${plain(name)}:${digest}`);
  const calls = [...kept].map(([call, values]) => (values === "all" ? call : `${call}:${values.join(",")}`));
  return `${names.join(" ")}\0${calls.join(" ")}`;
}

/** Undefined if it is none of ours. */
export function readSelection(text: string): Selection | undefined {
  const [names = "", calls, ...more] = text.split("\0");
  if (calls === undefined || more.length > 0) return undefined;
  const programs = names.split(" ").map((word) => {
    const colon = word.lastIndexOf(":");
    return { name: word.slice(0, colon), digest: word.slice(colon + 1) };
  });
  const kept: Kept = new Map(
    calls.split(" ").map((word) => {
      const [call = "", values] = word.split(":");
      return [call, values === undefined ? "all" : values.split(",").map(Number)];
    }),
  );
  return { programs, kept };
}

/** A file's name may hold anything; the record is JSON and the list has blanks. */
const longestName = 40;
function plain(name: string): string {
  return name.replaceAll(/[^\w.+-]/g, "_").slice(0, longestName);
}
