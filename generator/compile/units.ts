/**
 * What clang compiles at once. The C files of one folder are one unit: starting clang and reading the headers a hundred
 * times would take longer than compiling does. So names that are `static` must differ within a folder. An assembly file
 * is a unit of its own.
 */
import { basename, dirname } from "node:path";

export type Unit = {
  /** For people: the object file's name begins with it. */
  name: string;
  /** Absolute paths: C files, or one assembly file. */
  files: readonly string[];
};

/** In the order of the first file of each. */
export function unitsByFolder(files: readonly string[]): Unit[] {
  const folders = new Map<string, string[]>();
  const units: Unit[] = [];
  for (const file of files) {
    if (!file.endsWith(".c")) {
      units.push({ name: basename(file), files: [file] });
      continue;
    }
    const folder = dirname(file);
    const together = folders.get(folder);
    if (together) {
      together.push(file);
      continue;
    }
    const first = [file];
    folders.set(folder, first);
    units.push({ name: basename(folder), files: first });
  }
  return units;
}

/** All C files together, for what is small. */
export function oneUnit(name: string, files: readonly string[]): Unit[] {
  const together = files.filter((file) => file.endsWith(".c"));
  const assembly = files.filter((file) => !file.endsWith(".c"));
  return [
    ...assembly.map((file) => ({ name: basename(file), files: [file] })),
    ...(together.length > 0 ? [{ name, files: together }] : []),
  ];
}
