/**
 * The other kernel: Debian's Linux for clouds, without installing it: the package is fetched by apt and unpacked into
 * the build folder. It boots our programs as its init, out of an initramfs.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CpioEntry, cpioArchive } from "./cpio.ts";

const folder = join(import.meta.dirname, "../build/bench/linux");
const metaPackage = "linux-image-cloud-amd64";

/** The kernel's file, or the reason why there is none. */
export function linuxKernel(): { path: string } | { missing: string } {
  const found = kernelIn("/boot") ?? kernelIn(join(folder, "root/boot"));
  if (found !== undefined) return { path: found };
  const depends = spawnSync("apt-cache", ["depends", metaPackage], { encoding: "utf8" });
  const image = /Depends: (linux-image-\S+-cloud-amd64)/.exec(depends.stdout ?? "")?.[1];
  if (image === undefined) {
    return {
      missing: `apt knows no package ${metaPackage}: run apt-get update on Debian, then the bench again`,
    };
  }
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync("apt-get", ["download", image], { cwd: folder, stdio: "ignore" });
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb"))!;
    execFileSync("dpkg", ["-x", archive, "root"], { cwd: folder });
  } catch (error) {
    return { missing: `${image} cannot be fetched: ${(error as Error).message}` };
  }
  const path = kernelIn(join(folder, "root/boot"));
  return path === undefined ? { missing: `${image} holds no kernel` } : { path };
}

function kernelIn(boot: string): string | undefined {
  if (!existsSync(boot)) return undefined;
  const name = readdirSync(boot).find((file) => /^vmlinuz-.*-cloud-amd64$/.test(file));
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
