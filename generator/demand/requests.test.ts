import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { callsByNumber } from "../run/spec-calls.ts";
import type { Demand, Request } from "./demand.ts";
import { exampleProgram } from "./example-program.ts";
import { readDemand } from "./read-demand.ts";

const demands = new Map<string, Demand>();
for (const arch of archs) {
  const { value, problems } = readDemand(exampleProgram(arch), "hello", await callsByNumber(arch));
  if (problems) throw new Error(problems[0]?.message);
  demands.set(arch, value);
}
const requestsOf = (arch: string, call: string): Request[] =>
  demands.get(arch)!.requests.filter((request) => request.call === call);

for (const arch of archs) {
  test(`a hello world for ${arch} asks for no sockets, processes or programs, and all it asks is known`, (t) => {
    const { requests, unresolved } = demands.get(arch)!;
    t.deepEqual(unresolved, []);
    for (const call of ["socket", "connect", "bind", "sendto", "execve", "ptrace", "mount"]) {
      t.false(
        requests.some((request) => request.call === call),
        call,
      );
    }
  });

  test(`a hello world for ${arch} asks for no timers of a profile, nor does it look for the size of pages`, (t) => {
    for (const call of ["timer_create", "timer_settime", "timer_delete", "setitimer", "mincore"])
      t.deepEqual(requestsOf(arch, call), [], call);
  });

  test(`constants reach a hello world's calls on ${arch}`, (t) => {
    t.deepEqual(
      requestsOf(arch, "futex").map(({ select }) => select?.value),
      [128, 129],
    );
    const [map] = requestsOf(arch, "mmap");
    t.deepEqual(map?.args.prot, { kind: "values", values: [0, 3] });
    t.deepEqual(map?.args.flags, { kind: "values", values: [0x22, 0x32] });
    const threadFlags = arch === "amd64" ? 0xd0f00 : 0x50f00;
    const clones = requestsOf(arch, "clone").map(({ args }) => args.flags);
    t.true(clones.some((flags) => flags?.kind === "values" && flags.values.includes(threadFlags)));
    t.true(requestsOf(arch, "madvise").some(({ select }) => select?.value === 4));
  });

  test(`ways on ${arch} begin at a root and end where the kernel is entered`, (t) => {
    const [write] = requestsOf(arch, "write");
    const fromMain = write?.chains.find(({ from }) => from === "main")?.functions ?? [];
    t.is(fromMain[0], "main.main");
    t.true(write?.functions.includes("syscall.write"));
    const [map] = requestsOf(arch, "mmap");
    t.regex(map?.chains.find(({ from }) => from === "runtime")?.functions[0] ?? "", /^_rt0_/);
    for (const { call, chains } of demands.get(arch)!.requests) t.true(chains.length > 0, call);
  });

  test(`what a stripped program for ${arch} asks is the same`, async (t) => {
    const stripped = readDemand(exampleProgram(arch, "-ldflags=-s -w"), "hello", await callsByNumber(arch))
      .value!;
    t.true(stripped.program.stripped);
    t.deepEqual(stripped.requests, demands.get(arch)!.requests);
    t.deepEqual(stripped.paths, demands.get(arch)!.paths);
  });
}

test("only a kernel for riscv64 makes a program return from signals", (t) => {
  t.deepEqual(
    requestsOf("riscv64", "rt_sigreturn").map(({ chains }) => chains[0]?.from),
    ["kernel"],
  );
  t.deepEqual(
    requestsOf("amd64", "rt_sigreturn").map(({ functions }) => functions.join().replace("__sigaction", "")),
    ["runtime.sigreturn"], // Go 1.21 gave it the longer name
  );
});

test("build information, paths and the result as JSON", (t) => {
  const demand = demands.get("amd64")!;
  t.regex(demand.program.goVersion, /^go1\.\d+/);
  t.is(demand.program.level, "v1");
  t.is(demand.program.settings.GOOS, "linux");
  const paths = demand.paths.map(({ path }) => path);
  t.true(paths.includes("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"));
  t.deepEqual(JSON.parse(JSON.stringify(demand)), demand);
});
