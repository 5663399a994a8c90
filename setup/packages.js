/**
 * The npm packages of the checkout: whether `node_modules` holds what `package-lock.json` names, and the way to get
 * there. A stale tree counts as none, so that nobody tests yesterday's versions.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The Node that runs our TypeScript, from the npm package `node`. */
export const nodePath = `${root}node_modules/node/bin/node`;

/**
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} Lockfile
 * @param {string} path
 * @returns {Lockfile["packages"]}
 */
function lockedPackages(path) {
  return /** @type {Lockfile} */ (JSON.parse(readFileSync(path, "utf8"))).packages;
}

/** True if every package of the lockfile is installed in its version (optional ones may be for other machines). */
export function packagesAreFresh() {
  const installedList = `${root}node_modules/.package-lock.json`;
  if (!existsSync(installedList) || !existsSync(nodePath)) return false;
  const installed = lockedPackages(installedList);
  return Object.entries(lockedPackages(`${root}package-lock.json`)).every(
    ([place, wanted]) => place === "" || wanted.optional || installed[place]?.version === wanted.version,
  );
}

/**
 * Installs them if need be. The installed list is npm's own, so a hand-made `npm install` counts too.
 * @returns {boolean} false if npm failed; it has said why on standard error
 */
export function ensurePackages() {
  if (packagesAreFresh()) return true;
  process.stderr.write("catkernel: installing the npm packages of package-lock.json ...\n");
  const [command, ...first] = npmCommand();
  const { status } = spawnSync(
    command,
    [...first, "ci", "--loglevel=error", "--no-audit", "--no-fund"],
    // Standard output belongs to the command that the user asked for.
    { cwd: root, stdio: ["ignore", 2, 2] },
  );
  return status === 0;
}

/**
 * How npm is started. Under `npm start` it tells itself where it is; otherwise the PATH knows.
 * @returns {[string, ...string[]]}
 */
export function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
}
