/**
 * Programs and packages from the npm registry that run inside our kernel, or are worked on there: nobody here wrote
 * them, which is the point. npm would refuse those for another machine as dependencies, so each is fetched with
 * `npm pack` into the build folder, in a fixed version whose digest is written here.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { npmCommand, root } from "./packages.js";

/**
 * @typedef {object} Guest
 * @property {string} spec the npm package and its version
 * @property {string} integrity SHA-512 of the package, as npm writes it
 */

/** @satisfies {Record<string, Guest>} */
export const guests = {
  "esbuild-amd64": {
    spec: "@esbuild/linux-x64@0.28.2",
    integrity:
      "sha512-4xTZr1FUmSoQW4XIWmit3tzQrUTZM+N3P0XV8xROKYF50XfI7xeO90+1bZvNwxIufQ9hDQVRJH5YhgPVF8A/HQ==",
  },
  "esbuild-riscv64": {
    spec: "@esbuild/linux-riscv64@0.28.2",
    integrity:
      "sha512-GeXCej4IQtU1B+QlDV8W/RRvbzI3O/Stss+/bCXv4lZls5WGRtu2a+3JkA3i4qIUlMXpcHebWpF8AkJhATowuA==",
  },
  "typescript-amd64": {
    spec: "@typescript/typescript-linux-x64@7.0.2",
    integrity:
      "sha512-EYdf2cNg7rgCWJnxCdJ+F3V39O8ihb37eHAu1LK8oAFizgTQbPOK7zHHXbPt8rX24COqODXeI3sIf0fCXG7H/A==",
  },
  "typescript-riscv64": {
    spec: "@typescript/typescript-linux-riscv64@7.0.2",
    integrity:
      "sha512-wf0jqEDOjrPRnKwYRyyJDRo11KMbvMFrU+q4zqKyChODBzvlkbhNQfKvLxQCcwTpdDaXSHZTVuh0JoCrKCUMHQ==",
  },
  // The last compiler in JavaScript: as something to work on.
  "typescript-js": {
    spec: "typescript@5.9.3",
    integrity:
      "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
  },
  preact: {
    spec: "preact@11.2.0",
    integrity:
      "sha512-/HfHI/7N84e6GrWBJ3J280z3mLaRJiDcSvj/A+y/4AbLnND/1UlGHe1sR6oYuTGwId0nP7dqDU9OnLxMPZ7xBg==",
  },
  three: {
    spec: "three@0.187.0",
    integrity:
      "sha512-Qiu7R+Cmh8CstZsY1uJOSWnVlfo7ZtNLV7mF8Jltk3LB3AtDu9cRZlcnRKkAk8Y4z6KKw35z7Y7Urd7jWY8etA==",
  },
};

/**
 * The folder with the files of the package; fetched the first time.
 * @param {keyof typeof guests} name
 */
export function fetchGuest(name) {
  const { spec, integrity } = guests[name];
  const shelf = join(root, "build", "guests");
  const folder = join(shelf, spec.replaceAll("/", "-"));
  if (existsSync(folder)) return folder;

  mkdirSync(shelf, { recursive: true });
  const work = mkdtempSync(join(shelf, ".fetch-"));
  try {
    process.stderr.write(`catkernel: fetching ${spec} ...\n`);
    const [command, ...first] = npmCommand();
    const args = [...first, "pack", spec, "--json", "--loglevel=error", "--pack-destination", work];
    const packed = runOrThrow(command, args);
    const [{ filename }] = /** @type {[{ filename: string }]} */ (JSON.parse(packed));
    const archive = join(work, filename);
    const digest = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (digest !== integrity) throw new Error(`${spec} has the digest ${digest} instead of ${integrity}`);
    runOrThrow("tar", ["-xzf", archive, "-C", work]);
    // In place at once: two tests may be fetching it.
    try {
      renameSync(join(work, "package"), folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runOrThrow(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", cwd: root });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  return stdout;
}
