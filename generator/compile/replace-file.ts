/** Puts a file of the build folder in place at once: readers see the old one or the new one. */
import { rename, writeFile } from "node:fs/promises";

export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
