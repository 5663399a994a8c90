import { execFileSync } from "node:child_process";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { callsIn } from "./extract-go.ts";
import { readFacts, readGoCalls } from "./facts.ts";
import { fitsConstraint, fitsName, goSources } from "./go-sources.ts";

test("files are chosen by their names as go build chooses them", (t) => {
  const fits = (name: string) => archs.filter((arch) => fitsName(name, arch));
  t.deepEqual(fits("os_linux.go"), ["amd64", "riscv64"]);
  t.deepEqual(fits("sys_linux_riscv64.s"), ["riscv64"]);
  t.deepEqual(fits("asm_amd64.s"), ["amd64"]);
  t.deepEqual(fits("os_windows.go"), []);
  t.deepEqual(fits("sys_darwin_amd64.go"), []);
  t.deepEqual(fits("exec_unix.go"), ["amd64", "riscv64"]);
  t.deepEqual(fits("linux.go"), ["amd64", "riscv64"]);
});

test("and by their constraints", (t) => {
  const fits = (line: string) => archs.filter((arch) => fitsConstraint(`//go:build ${line}\n\npackage p\n`, arch));
  t.deepEqual(fits("linux && (amd64 || arm64)"), ["amd64"]);
  t.deepEqual(fits("unix && !darwin"), ["amd64", "riscv64"]);
  t.deepEqual(fits("!linux || js"), []);
  t.deepEqual(fits("!amd64 && linux && go1.19"), ["riscv64"]);
});

test("uses of a constant count, its definition does not", (t) => {
  const source = (place: string, text: string) => ({ package: place, name: "x.go", text });
  const sources = [
    source("syscall", "const (\n\tSYS_READ = 0\n\tSYS_OPENAT = 257 // { ... }\n\tSYS_CLOSE = 3\n)"),
    source("syscall", "//sys read(fd int)\nfunc read() { Syscall(SYS_READ) } // SYS_CLOSE\n"),
    source("runtime", "#define SYS_futex\t\t202\n\tMOVL $SYS_futex, AX\n"),
    source("internal/syscall/unix", "const getrandomTrap uintptr = 318\nvar x = call(getrandomTrap)\n"),
  ];
  const numbers = new Map([["read", 0], ["openat", 257], ["close", 3], ["futex", 202], ["getrandom", 318]]);
  t.deepEqual(
    [...callsIn(sources, numbers)].sort(),
    [
      ["futex", { runtime: true, library: false }],
      ["getrandom", { runtime: false, library: true }],
      ["read", { runtime: false, library: true }],
    ],
  );
});

test("the Go that is installed names the calls that were recorded for its release", (t) => {
  const release = /go(\d+\.\d+)/.exec(execFileSync("go", ["version"], { encoding: "utf8" }))?.[1] ?? "";
  const root = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const facts = readGoCalls();
  if (!facts.releases.includes(release)) return t.pass(`go${release} is not among those recorded`);
  for (const arch of archs) {
    const found = callsIn(goSources(root, arch), readFacts().numbers[arch]);
    const recorded = Object.entries(facts[arch]).filter(([, { runtime, library }]) => [runtime, library].flat().includes(release));
    t.deepEqual([...found.keys()].sort(), recorded.map(([name]) => name).sort());
  }
});
