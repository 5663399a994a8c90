/**
 * A selection as text: how a kernel file carries it (struct nameplate of shim-templates/include/boot.h). First the
 * programs, "hello:0123456789abcdef tsc:...", with a NUL behind: the kernel puts that into its record. Then the calls,
 * "close fcntl:1,3 read", and after another NUL the paths that are opened, or "any".
 */
import type { Kept, Selection } from "./kept.ts";

export function writeSelection({ programs, kept }: Selection): string {
  const names = programs.map(({ name, digest }) => `${plain(name)}:${digest}`);
  const calls = [...kept.calls].map(([call, values]) =>
    values === "all" ? call : `${call}:${values.join(",")}`,
  );
  const paths = kept.paths === "any" ? "any" : kept.paths.join(" ");
  return [names.join(" "), calls.join(" "), paths].join("\0");
}

/** Undefined if it is none of ours. */
export function readSelection(text: string): Selection | undefined {
  const [names = "", calls, paths, ...more] = text.split("\0");
  if (calls === undefined || paths === undefined || more.length > 0) return undefined;
  const programs = names.split(" ").map((word) => {
    const colon = word.lastIndexOf(":");
    return { name: word.slice(0, colon), digest: word.slice(colon + 1) };
  });
  const keptCalls: Kept["calls"] = new Map(
    calls.split(" ").map((word) => {
      const [call = "", values] = word.split(":");
      return [call, values === undefined ? "all" : values.split(",").map(Number)];
    }),
  );
  return { programs, kept: { calls: keptCalls, paths: paths === "any" ? paths : paths.split(" ") } };
}

/** A file's name may hold anything; the record is JSON and the list has blanks. */
const longestName = 40;
function plain(name: string): string {
  return name.replaceAll(/[^\w.+-]/g, "_").slice(0, longestName);
}
