#!/usr/bin/env node
/**
 * The `catkernel` command. Our TypeScript runs on Node 24 as it is; an older Node that finds itself here starts the
 * one in node_modules (and first installs it, in a fresh checkout), and hands on the exit status. So nothing may be
 * imported here by a name that an older Node does not have.
 */
import { spawn } from "node:child_process";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { ensurePackages, nodePath, root } from "../setup/packages.js";

const oldestNode = 24;
const main = new URL("../generator/cli/main.ts", import.meta.url);

if (!ensurePackages()) {
  process.stderr.write("catkernel: npm could not install the packages; its message above says why.\n");
  process.exitCode = 1;
} else if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  // Kept by content: what Node makes of our TypeScript is half of a short run. Without a place to write, it is made anew.
  nodeModule.enableCompileCache(`${root}build/node`);
  await import(main.href);
} else {
  const child = spawn(nodePath, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  // From the terminal Ctrl-C reaches the child anyway; a second time does no harm.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
