import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import {
  createMachine,
  type MachineRequest,
  type RunRecord,
  readSnapshot,
  replayOf,
  resumeMachine,
} from "./index.ts";
import * as rv from "./machines/little-riscv64.ts";

const { zero, a0, a1, a6, a7, t0, t1, t2, s0 } = rv.x as Record<string, number> & { t0: number };
const [uart, finisher] = [0x10000, 0x100];

/** Says "go", echoes two bytes of input, ends with their sum modulo 256. */
const echo = rv.riscv64Image([
  // "go\n" through the UART
  rv.lui(t0, uart),
  ...[..."go\n"].flatMap((letter) => [rv.addi(t1!, zero!, letter.charCodeAt(0)), rv.sb(t1!, t0, 0)]),
  rv.addi(s0!, zero!, 0),
  rv.addi(t2!, zero!, 2),
  // wait for a byte: line status bit 0
  rv.lbu(t1!, t0, 5),
  rv.andi(t1!, t1!, 1),
  rv.beqz(t1!, -8),
  rv.lbu(t1!, t0, 0),
  rv.sb(t1!, t0, 0),
  rv.add(s0!, s0!, t1!),
  rv.addi(t2!, t2!, -1),
  rv.bnez(t2!, -28),
  // finisher: s0 << 16 | 0x3333
  rv.andi(s0!, s0!, 0xff),
  ...Array.from({ length: 16 }, () => rv.add(s0!, s0!, s0!)),
  rv.lui(t1!, 3),
  rv.addi(t1!, t1!, 0x333),
  rv.add(s0!, s0!, t1!),
  rv.lui(t0, finisher),
  rv.sw(s0!, t0, 0),
  rv.jump(0),
]);

async function make(request: Partial<MachineRequest> = {}) {
  let console = "";
  const made = await createMachine({
    arch: "riscv64",
    image: echo,
    memoryBytes: 2 ** 24,
    onConsole: (bytes) => {
      console += new TextDecoder().decode(bytes);
    },
    ...request,
  });
  if (made.refusal !== undefined) throw new Error(made.refusal);
  return { machine: made.machine, console: () => console };
}

const input = (text: string) => new TextEncoder().encode(text);

test("a machine says something, takes input, and ends with a status", async (t) => {
  const { machine, console } = await make();
  t.is(machine.run({ instructions: 5000 }), "limit");
  t.is(console(), "go\n");
  machine.input(input("ab"));
  t.is(machine.run(), "ended");
  t.is(console(), "go\nab");
  t.deepEqual(machine.ending, { how: "exit", status: 97 + 98 });
  t.is(machine.run(), "ended");
});

/** A run with input at two moments, cut into slices. */
async function twoInputs(slice: number): Promise<RunRecord> {
  const { machine } = await make({ cpus: 2, seed: 7 });
  machine.run({ instructions: 40_000 });
  machine.input(input("x"));
  for (let at = 40_000; at < 90_000; at += slice) machine.run({ instructions: at });
  machine.run({ instructions: 90_000 });
  machine.input(input("y"));
  machine.run();
  return machine.record();
}

test("the same request and inputs are the same run, however it is sliced; its record repeats it", async (t) => {
  const record = await twoInputs(50_000);
  t.deepEqual(await twoInputs(50_000), record);
  t.is(record.inputs.length, 2);
  const { machine } = await make(replayOf(record, echo));
  machine.run();
  t.deepEqual(machine.record(), record);
});

/** Goes on with what was saved, in another machine. */
async function resume(saved: Uint8Array) {
  let console = "";
  const { snapshot } = readSnapshot(saved);
  const { machine } = await resumeMachine(snapshot!, {
    onConsole: (bytes) => {
      console += new TextDecoder().decode(bytes);
    },
  });
  return { machine: machine!, console: () => console, host: snapshot!.host };
}

test("a snapshot goes on in another machine as if nothing had been", async (t) => {
  const { machine } = await make({ cpus: 2, seed: 3 });
  machine.run({ instructions: 1 });
  machine.input(input("m"));
  machine.run({ instructions: 1_000_001 });
  // Not given before the next round.
  machine.input(input("n"));
  const other = await resume(machine.save({ any: ["thing"] }));
  t.deepEqual(other.host, { any: ["thing"] });
  for (const one of [machine, other.machine]) t.is(one.run(), "ended");
  t.is(other.console(), "n");
  t.deepEqual(other.machine.record(), machine.record());
});

test("a resumed machine can be saved, and a run that is repeated goes on repeating", async (t) => {
  const record = await twoInputs(50_000);
  const first = await make(replayOf(record, echo));
  first.machine.run({ instructions: 60_000 });
  const second = await resume(first.machine.save());
  second.machine.run({ instructions: 80_000 });
  const third = await resume(second.machine.save());
  third.machine.run();
  t.deepEqual(third.machine.record(), record);
});

test("a snapshot goes on in another process", async (t) => {
  const { machine } = await make();
  machine.run({ instructions: 1 });
  machine.input(input("o"));
  machine.run({ instructions: 1_000_001 });
  const file = join(mkdtempSync(join(tmpdir(), "catkernel-snapshot-")), "machine");
  writeFileSync(file, machine.save());
  const script = `
    import { readFileSync } from "node:fs";
    import { readSnapshot, resumeMachine } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    const { snapshot } = readSnapshot(new Uint8Array(readFileSync(process.argv[1])));
    const { machine } = await resumeMachine(snapshot);
    machine.input(new TextEncoder().encode("p"));
    machine.run();
    console.log(JSON.stringify(machine.record()));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script, file], {
    encoding: "utf8",
  });
  rmSync(dirname(file), { recursive: true });
  machine.input(input("p"));
  machine.run();
  t.is(stderr, "");
  t.deepEqual(JSON.parse(stdout), machine.record());
});

test("a file that is no snapshot says what it is", async (t) => {
  const { machine } = await make();
  const saved = machine.save();
  const refusal = (bytes: Uint8Array) => readSnapshot(bytes).refusal;
  t.is(refusal(new Uint8Array()), "is no snapshot of a machine");
  t.is(refusal(echo), "is no snapshot of a machine");
  for (const length of [25, 40, saved.length >> 1, saved.length - 1])
    t.is(refusal(saved.subarray(0, length)), "is cut off");
  const text = new TextDecoder("latin1").decode(saved.subarray(0, 64));
  const older = saved.slice();
  older[text.indexOf("\n") - 1]! ^= 1;
  t.is(refusal(older), "was saved by another version of catkernel");
  for (const at of [45, saved.length >> 1, saved.length - 1]) {
    const damaged = saved.slice();
    damaged[at]! ^= 1;
    t.is(refusal(damaged), "is damaged: its checksum is another one");
  }
  const { snapshot } = readSnapshot(saved);
  t.is(
    (await resumeMachine({ ...snapshot!, layout: "of another state" })).refusal,
    "was saved by another version of catkernel",
  );
});

test("a machine where all wait for nothing says so, and where it stands", async (t) => {
  const { machine } = await make({ image: rv.riscv64Image([rv.wfi, rv.jump(-4)]) });
  t.is(machine.run(), "waiting");
  t.regex(machine.where()[0]!, /^CPU 0: kernel, waiting at 0x802000\w+: /);
});

/** Says "!" through the firmware, asks it something, ends with the answer. */
const asks = rv.riscv64Image([
  // putchar '!'
  rv.addi(a7!, zero!, 1),
  rv.addi(a0!, zero!, 33),
  rv.ecall,
  // base: probe of base gives 1 in a1; status = that
  rv.addi(a7!, zero!, 0x10),
  rv.addi(a6!, zero!, 3),
  rv.addi(a0!, zero!, 0x10),
  rv.ecall,
  rv.add(s0!, a1!, zero!),
  ...Array.from({ length: 16 }, () => rv.add(s0!, s0!, s0!)),
  rv.lui(t1!, 3),
  rv.addi(t1!, t1!, 0x333),
  rv.add(s0!, s0!, t1!),
  rv.lui(t0, finisher),
  rv.sw(s0!, t0, 0),
]);

test("SBI is there: its console, and what it says of itself", async (t) => {
  const { machine, console } = await make({ image: asks });
  t.is(machine.run(), "ended");
  t.is(console(), "!");
  t.deepEqual(machine.ending, { how: "exit", status: 1 });
});

test("every instruction can be looked at, which changes nothing in the run", async (t) => {
  const plain = await make({ image: asks });
  plain.machine.run();
  const lines: string[] = [];
  const watched = await make({ image: asks, onInstruction: (line) => lines.push(line) });
  t.is(watched.machine.run(), "ended");
  t.is(lines[0], "0 0x80200000: jal zero, 0x80200040");
  t.is(lines[1], "0 0x80200040: addi a7, zero, 1");
  t.is(lines.length, watched.machine.counts[0]!.total);
  t.deepEqual(watched.machine.record(), plain.machine.record());
});

test("what is touched without being there is in the record", async (t) => {
  const image = rv.riscv64Image([rv.lui(t0, 0x40000), rv.lbu(t1!, t0, 0), rv.jump(0)]);
  const { machine } = await make({ image });
  machine.run({ instructions: 100 });
  t.deepEqual(machine.record().unknown.addresses, ["0x40000000"]);
});

const hugeImage = new Uint8Array(2 ** 23);
hugeImage.set(echo);
const wrong: [string, Partial<MachineRequest>, RegExp][] = [
  ["no image", { image: new Uint8Array(10) }, /no kernel image for riscv64/],
  ["an image for the other machine", { arch: "amd64" }, /no kernel image for amd64/],
  ["too much memory", { memoryBytes: 2 ** 32 }, /more than the model can have/],
  ["too little memory", { memoryBytes: 2 ** 20 }, /too little/],
  ["half a page", { memoryBytes: 2 ** 24 + 5 }, /whole number of pages/],
  ["an image that does not fit", { memoryBytes: 2 ** 23, image: hugeImage }, /does not fit/],
  ["nine CPUs", { cpus: 9 }, /1 to 8 CPUs/],
  ["short entropy", { entropy: new Uint8Array(3) }, /32 bytes/],
  ["half a seed", { seed: 0.5 }, /whole number/],
];
for (const [what, request, sentence] of wrong) {
  test(`${what} is refused in one sentence`, async (t) => {
    const made = await createMachine({ arch: "riscv64", image: echo, memoryBytes: 2 ** 24, ...request });
    t.regex(made.refusal ?? "", sentence);
  });
}
