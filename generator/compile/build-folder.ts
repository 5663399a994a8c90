/**
 * Where generated things live: the ignored `build` folder of the checkout, or the user's cache folder if the checkout
 * may not be written. Everything in it can be deleted at any time.
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

/** A folder below the build folder; it is made if it is not there. */
export function buildFolder(...names: string[]): string {
  const folder = join(buildRoot(), ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function buildRoot(): string {
  try {
    accessSync(projectRoot, constants.W_OK);
    return join(projectRoot, "build");
  } catch {
    return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "catkernel");
  }
}
