/**
 * The programs of the machine that catkernel uses but does not bring along, as data: what each is for, under which
 * names it may be installed, and which Debian package holds it. `setup/ensure.js` installs what is missing,
 * `catkernel doctor` shows the list, and the steps of the generator find their tools here. Plain JavaScript, because
 * it also runs before the right Node is installed.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @typedef {"start" | "generate" | "test" | "check" | "bench"} Purpose
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} what what it is used for, for `doctor`
 * @property {string} debian the Debian package that holds it
 * @property {readonly Purpose[]} purposes the npm scripts that cannot do without it
 * @property {readonly string[]} [commands] the names it may have on the PATH, best first
 * @property {string} [file] for a package without a command: a file that shows that it is installed
 * @property {RegExp} [version] finds major and minor version in the first lines of `--version`
 * @property {readonly [number, number]} [atLeast] the oldest version that works
 * @property {string} [versionArgument] instead of `--version`
 */

const llvmVersions = [22, 21, 20, 19, 18, 17, 16, 15, 14];

/** @type {readonly Tool[]} */
export const tools = [
  {
    name: "clang",
    what: "compiles the kernel",
    debian: "clang",
    purposes: ["start", "generate", "test", "bench"],
    commands: ["clang", ...llvmVersions.map((version) => `clang-${version}`)],
    version: /clang version (\d+)\.(\d+)/,
    atLeast: [14, 0],
  },
  {
    name: "ld.lld",
    what: "links the kernel",
    debian: "lld",
    purposes: ["start", "generate", "test", "bench"],
    commands: ["ld.lld", ...llvmVersions.map((version) => `ld.lld-${version}`)],
    version: /LLD (\d+)\.(\d+)/,
    atLeast: [14, 0],
  },
  {
    name: "llvm-mc",
    what: "the disassembler that the machine model's riscv64 rows are compared with",
    debian: "llvm",
    purposes: ["test"],
    commands: ["llvm-mc", ...llvmVersions.map((version) => `llvm-mc-${version}`)],
    version: /version (\d+)\.(\d+)/,
    atLeast: [14, 0],
  },
  {
    name: "qemu-system-x86_64",
    what: "boots amd64 images for run --on qemu, beside which the machine model is proved",
    debian: "qemu-system-x86",
    purposes: ["test", "bench"],
    commands: ["qemu-system-x86_64"],
    version: /version (\d+)\.(\d+)/,
    atLeast: [6, 0],
  },
  {
    name: "qemu-system-riscv64",
    what: "boots riscv64 images for run --on qemu, beside which the machine model is proved",
    debian: "qemu-system-misc",
    purposes: ["test", "bench"],
    commands: ["qemu-system-riscv64"],
    version: /version (\d+)\.(\d+)/,
    atLeast: [7, 0],
  },
  {
    name: "strace",
    what: "watches programs on this Linux, beside which the report is proved",
    debian: "strace",
    purposes: ["test"],
    commands: ["strace"],
    version: /version (\d+)\.(\d+)/,
    atLeast: [5, 2],
  },
  {
    name: "qemu-riscv64",
    what: "runs riscv64 programs on this Linux, beside which the image is proved",
    debian: "qemu-user",
    purposes: ["test"],
    commands: ["qemu-riscv64"],
    version: /version (\d+)\.(\d+)/,
    atLeast: [7, 0],
  },
  {
    name: "OpenSBI",
    what: "the firmware that QEMU starts riscv64 images with",
    debian: "opensbi",
    purposes: ["test", "bench"],
    file: "/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin",
  },
  {
    name: "go",
    what: "builds the proof programs",
    debian: "golang-go",
    purposes: ["test", "bench"],
    commands: ["go"],
    version: /go(\d+)\.(\d+)/,
    atLeast: [1, 19],
    versionArgument: "version",
  },
  {
    name: "Linux headers (amd64)",
    what: "the witness that the table is checked against",
    debian: "linux-libc-dev",
    purposes: ["test"],
    file: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
  },
  {
    name: "Linux headers (riscv64)",
    what: "the witness that the table is checked against",
    debian: "linux-libc-dev-riscv64-cross",
    purposes: ["test"],
    file: "/usr/riscv64-linux-gnu/include/asm/unistd.h",
  },
];

/**
 * What is on this machine of a tool.
 * @typedef {{ found: true, path: string, version: string } | { found: false, why: string }} Presence
 * @param {Tool} tool
 * @returns {Presence}
 */
export function probe(tool) {
  if (tool.file !== undefined) {
    return existsSync(tool.file)
      ? { found: true, path: tool.file, version: "" }
      : { found: false, why: "not installed" };
  }
  let why = "not installed";
  for (const command of tool.commands ?? []) {
    const path = which(command);
    if (path === undefined) continue;
    const answer = spawnSync(path, [tool.versionArgument ?? "--version"], { encoding: "utf8" });
    const match = tool.version?.exec(answer.stdout ?? "");
    if (!match) {
      why = `${path} does not tell its version`;
      continue;
    }
    const [major, minor] = [Number(match[1]), Number(match[2])];
    const [needMajor, needMinor] = tool.atLeast ?? [0, 0];
    if (major > needMajor || (major === needMajor && minor >= needMinor)) {
      return { found: true, path, version: `${major}.${minor}` };
    }
    why = `${path} is version ${major}.${minor}, needed is ${needMajor}.${needMinor} or newer`;
  }
  return { found: false, why };
}

/**
 * The tool with this name: a misspelt name is a bug of ours.
 * @param {string} name
 * @returns {Tool}
 */
export function toolNamed(name) {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`no tool is called ${name}`);
  return tool;
}

/**
 * The one command that installs these tools.
 * @param {readonly Tool[]} missing
 */
export function installCommand(missing) {
  const packages = [...new Set(missing.map((tool) => tool.debian))].join(" ");
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`;
}

/**
 * The full path of a command, as the shell would find it.
 * @param {string} command
 */
export function which(command) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined;
}
