/** Watches a program on Linux: each call that it makes, with its raw arguments. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { readQemu } from "./qemu-strace.ts";

/** A call by name, or by number as text where there is no name; those arguments of which the raw word is known. */
export type Seen = { readonly call: string; readonly args?: readonly (bigint | undefined)[] };

/** Runs a shell script with $RUN = the watcher and the program; what was seen of the program and its threads. */
export function watch(arch: Arch, binary: string, work: string, env: Record<string, string> = {}): Seen[] {
  const folder = mkdtempSync(join(tmpdir(), "recall-"));
  const traces = mkdtempSync(join(tmpdir(), "recall-traces-"));
  try {
    // Every run of the program in the script has a trace of its own.
    const wrapper = join(traces, "run");
    const script =
      arch === "amd64"
        ? `#!/bin/sh\nexec strace -f -qq -e raw=all -e signal=none -o "${traces}/$$.trace" ${binary} "$@"\n`
        : `#!/bin/sh\nexec qemu-riscv64 -strace -D "${traces}/$$.trace" ${binary} "$@"\n`;
    writeFileSync(wrapper, script, { mode: 0o755 });
    spawnSync("bash", ["-c", work], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", HOME: folder, TERM: "linux", ...env, RUN: wrapper },
      stdio: ["ignore", "ignore", "ignore"],
      timeout: 300_000,
    });
    return readdirSync(traces)
      .filter((name) => name.endsWith(".trace"))
      .flatMap((name) => {
        const text = readFileSync(join(traces, name), "latin1");
        return arch === "amd64" ? readStrace(text) : readQemu(text);
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(traces, { recursive: true, force: true });
  }
}

/** Linux makes it itself, when a stopped thread goes on. */
const byKernel = new Set(["restart_syscall"]);

/**
 * `123 mmap(0, 0x1000, ...) = 0x...`, with all arguments raw. The first call is the watcher's execve; after an execve that
 * succeeds a process is another program, whose calls do not count.
 */
export function readStrace(text: string): Seen[] {
  const seen: Seen[] = [];
  const others = new Set<string>();
  let isFirst = true;
  for (const line of text.split("\n")) {
    const [, pid = "", call, rest = ""] = /^(\d+) +([a-z_0-9]+)\((.*)$/.exec(line) ?? [];
    const resumed = /^(\d+) +<\.\.\. execve resumed>.*= 0$/.exec(line);
    if (resumed) others.add(resumed[1]!);
    if (call === undefined || others.has(pid) || byKernel.has(call)) continue;
    if (isFirst) {
      isFirst = false;
      continue;
    }
    if (call === "execve" && / = 0$/.test(line)) others.add(pid);
    const args = rest.replace(/(\)? *=|<unfinished|\) *$).*$/s, "").split(",");
    const words = args.map((arg) => arg.trim()).filter((arg) => /^(0x[0-9a-f]+|\d+)$/.test(arg));
    const number = /^syscall_0x([0-9a-f]+)$/.exec(call)?.[1];
    seen.push({
      call: number === undefined ? call : `${Number.parseInt(number, 16)}`,
      args: words.map(BigInt),
    });
  }
  return seen;
}
