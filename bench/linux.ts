/**
 * The other kernel: Debian's Linux, one built for machines like QEMU's, fetched and unpacked into the build folder but
 * not installed. It boots our programs as its init, out of an initramfs. LINUX_AMD64 or LINUX_RISCV64 in the environment
 * names a kernel's file to take instead.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../runtime-abi/arch.ts";
import { type CpioEntry, cpioArchive } from "./cpio.ts";

const folder = join(import.meta.dirname, "../build/bench/linux");

type Source = {
  /** The package that depends on the newest kernel. */
  metaPackage: string;
  /** The kernel's file in /boot; this machine's own will do, too. */
  file: RegExp;
  /** Where apt looks instead of in this machine's lists. */
  suite?: string;
};

const sources: Record<Arch, Source> = {
  amd64: { metaPackage: "linux-image-cloud-amd64", file: /^vmlinuz-.*-cloud-amd64$/ },
  // Debian has riscv64 since this release; there is no kernel for clouds.
  riscv64: {
    metaPackage: "linux-image-riscv64",
    file: /^vmlinux-.*-riscv64$/,
    suite: "http://deb.debian.org/debian trixie main",
  },
};

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The kernel's file, or the reason why there is none. */
export function linuxKernel(arch: Arch): { path: string } | { missing: string } {
  const variable = `LINUX_${arch.toUpperCase()}`;
  const given = process.env[variable];
  if (given !== undefined)
    return existsSync(given) ? { path: given } : { missing: `${variable} names ${given}, which is no file` };

  const { metaPackage, file, suite } = sources[arch];
  const own = join(folder, arch);
  const unpacked = join(own, "root/boot");
  const found = kernelIn("/boot", file) ?? kernelIn(unpacked, file);
  if (found !== undefined) return { path: found };
  const elsewhere = `name a kernel's file in ${variable}`;
  try {
    mkdirSync(own, { recursive: true });
    const options = suite === undefined ? [] : foreignApt(join(own, "apt"), arch, suite);
    if (suite !== undefined) run("apt-get", [...options, "update"]);
    const depends = run("apt-cache", [...options, "depends", metaPackage]);
    const image = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (image === undefined)
      return {
        missing: `apt knows no package ${metaPackage}: run apt-get update on Debian, or ${elsewhere}`,
      };
    run("apt-get", [...options, "download", image], own);
    const archive = readdirSync(own).find((name) => name.endsWith(".deb"));
    if (archive === undefined) return { missing: `apt-get download ${image} left no package; ${elsewhere}` };
    run("dpkg", ["-x", archive, "root"], own);
    rmSync(join(own, archive));
  } catch (error) {
    return { missing: `${metaPackage} cannot be fetched (${(error as Error).message}); ${elsewhere}` };
  }
  const path = kernelIn(unpacked, file);
  return path === undefined ? { missing: `${metaPackage} holds no kernel; ${elsewhere}` } : { path };
}

/** apt with lists of its own, for another release and architecture: the machine's stay as they are. */
function foreignApt(root: string, arch: Arch, suite: string): string[] {
  const state = join(root, "state");
  const cache = join(root, "cache");
  mkdirSync(join(state, "lists/partial"), { recursive: true });
  mkdirSync(join(cache, "archives/partial"), { recursive: true });
  const list = join(root, "sources.list");
  writeFileSync(list, `deb [arch=${arch} signed-by=${keyring}] ${suite}\n`);
  const settings = {
    "Dir::State": state,
    "Dir::State::status": "/dev/null",
    "Dir::Cache": cache,
    "Dir::Etc::SourceList": list,
    "Dir::Etc::SourceParts": "/dev/null",
    "APT::Architecture": arch,
    "APT::Architectures": arch,
    "Acquire::Languages": "none",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1) ?? `${command} failed`);
  return stdout;
}

function kernelIn(boot: string, file: RegExp): string | undefined {
  if (!existsSync(boot)) return undefined;
  const name = readdirSync(boot).find((candidate) => file.test(candidate));
  return name === undefined ? undefined : join(boot, name);
}

/** An initramfs with `init`, the program as /app, the console's device, and the tree below `root`. */
export function initramfs(init: Buffer, program: Buffer, root?: string): Buffer {
  const entries: CpioEntry[] = [
    { kind: "folder", name: "dev", mode: 0o755 },
    { kind: "device", name: "dev/console", mode: 0o600, major: 5, minor: 1 },
    { kind: "folder", name: "proc", mode: 0o755 },
    { kind: "folder", name: "tmp", mode: 0o777 },
    { kind: "file", name: "init", mode: 0o755, content: init },
    { kind: "file", name: "app", mode: 0o755, content: program },
  ];
  if (root !== undefined) {
    for (const name of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
      const path = join(root, name);
      const info = statSync(path);
      if (info.isDirectory()) entries.push({ kind: "folder", name, mode: 0o755 });
      else entries.push({ kind: "file", name, mode: info.mode & 0o777, content: readFileSync(path) });
    }
  }
  return cpioArchive(entries);
}

/** Linux's command line: our init, then the program. A panic, which the end of init is, ends the machine. */
export function linuxCommandLine(args: readonly string[], cwd: string): string {
  const words = [cwd, "/app", ...args].map((word) => (/\s/.test(word) ? `"${word}"` : word));
  return ["console=ttyS0", "quiet", "panic=-1", "rdinit=/init", "--", ...words].join(" ");
}

/** What init prints when the program starts, and Linux when it has ended, with wait's status in hex. */
export const linuxMarks = { start: "@start", end: /Attempted to kill init! exitcode=0x([0-9a-f]{8})/ };
