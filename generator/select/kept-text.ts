/**
 * A selection as text: how a kernel file carries it (struct nameplate of shim-templates/include/boot.h). First the
 * programs, "hello:0123456789abcdef tsc:...", with a NUL behind: the kernel puts that into its record. Then the calls,
 * with the values of their selectors and other arguments, "close fcntl:1,3 mmap;flags=34,50;prot=0,3", and after another
 * NUL the paths that are opened, or "any".
 */
import type { Selection } from "./kept.ts";

export function writeSelection({ programs, kept }: Selection): string {
  const names = programs.map(({ name, digest }) => `${plain(name)}:${digest}`);
  const calls = [...kept.calls].map(([call, values]) => {
    const selected = values === "all" ? call : `${call}:${values.join(",")}`;
    const args = [...(kept.values.get(call) ?? [])].map(([name, known]) => `;${name}=${known.join(",")}`);
    return selected + args.join("");
  });
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
  const numbers = (text: string) => text.split(",").map(Number);
  const keptCalls = new Map<string, readonly number[] | "all">();
  const keptValues = new Map<string, ReadonlyMap<string, readonly number[]>>();
  for (const word of calls.split(" ")) {
    const [selected = "", ...args] = word.split(";");
    const [call = "", values] = selected.split(":");
    keptCalls.set(call, values === undefined ? "all" : numbers(values));
    const known = args
      .map((arg) => arg.split("="))
      .map(([name = "", told = ""]) => [name, numbers(told)] as const);
    if (known.length > 0) keptValues.set(call, new Map(known));
  }
  const keptPaths = paths === "any" ? paths : paths.split(" ");
  return { programs, kept: { calls: keptCalls, values: keptValues, paths: keptPaths } };
}

/** A file's name may hold anything; the record is JSON and the list has blanks. */
const longestName = 40;
function plain(name: string): string {
  return name.replaceAll(/[^\w.+-]/g, "_").slice(0, longestName);
}
