/** The files the laws speak of: everything written by hand in the checkout, as paths relative to it, sorted. */
import { readdirSync } from "node:fs";
import { extname, join } from "node:path/posix";

const sourceExtensions = new Set([".ts", ".js", ".c", ".h", ".S", ".hbs", ".lds", ".go"]);
/** Installed, generated, or kept for comparison only. */
const notOurs = new Set(["node_modules", "build", "goldens", ".git"]);

export function sourceFiles(root: string, folder = ""): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : sourceFiles(root, path);
      return entry.isFile() && sourceExtensions.has(extname(entry.name)) ? [path] : [];
    })
    .sort();
}
