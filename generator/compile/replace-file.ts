/** Puts a file of the build folder in place at once: readers see the old one or the new one. */
import { rename, rm, writeFile } from "node:fs/promises";

let made = 0;

/** A name beside `path` that nobody else uses while the file is not finished. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${++made}`;
}

export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
