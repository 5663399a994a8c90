/**
 * `node setup/ensure.js PURPOSE` runs before an npm script and makes the machine ready for it: the npm packages, then
 * the tools, installed by apt where that is allowed; else it names the one command that a person has to run.
 * It runs on the Node that happens to be there (20 or newer), before ours is installed.
 */
import { spawnSync } from "node:child_process";
import { ensurePackages } from "./packages.js";
import { installCommand, probe, tools, which } from "./tools.js";

const purpose = process.argv[2] ?? "start";

if (!ensurePackages()) {
  process.stderr.write("catkernel: npm could not install the packages; its message above says why.\n");
  process.exit(1);
}

const needed = tools.filter((tool) => /** @type {readonly string[]} */ (tool.purposes).includes(purpose));
const lacking = () => needed.filter((tool) => !probe(tool).found);

let missing = lacking();
if (missing.length > 0 && mayInstall()) {
  const command = installCommand(missing);
  process.stderr.write(`catkernel: installing ${missing.map((tool) => tool.name).join(", ")}: ${command}\n`);
  spawnSync("sh", ["-c", command.replaceAll("sudo ", "sudo -n ")], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  missing = lacking();
}
if (missing.length > 0) {
  const why = missing.map((tool) => {
    const presence = probe(tool);
    return `  ${tool.name} (${tool.what}): ${presence.found ? "found" : presence.why}\n`;
  });
  process.stderr.write(
    `catkernel: this machine lacks\n${why.join("")}Run this once, then try again:\n  ${installCommand(missing)}\n`,
  );
  process.exit(1);
}

/** Packages are installed without asking only where that needs no password. */
function mayInstall() {
  if (which("apt-get") === undefined) return false;
  if (process.getuid?.() === 0) return true;
  return which("sudo") !== undefined && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
}
