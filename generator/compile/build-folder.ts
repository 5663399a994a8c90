/**
 * Where generated things live: the ignored `build` folder of the checkout, or the user's cache folder if the checkout
 * may not be written, or what CATKERNEL_BUILD names. Everything in it can be deleted at any time.
 */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

/** A folder below the build folder; it is made if it is not there. */
export function buildFolder(...names: string[]): string {
  const folder = join(buildRoot(), ...names);
  makeFolder(folder);
  return folder;
}

/** Not Node's recursive one: where nothing can be written, that one says that there is no such folder. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another build was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

export function buildRoot(): string {
  const chosen = process.env.CATKERNEL_BUILD;
  if (chosen) return resolve(chosen);
  try {
    accessSync(projectRoot, constants.W_OK);
    return join(projectRoot, "build");
  } catch {
    return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "catkernel");
  }
}
