/** What a hart and its machine say to each other, on the engine: calls, timers, counters, waiting, floating-point state. */
import test from "ava";
import { createEngine } from "../../engine/create.ts";
import type { CpuPlatform } from "../cpu.ts";
import { emptyDecoded } from "../isa.ts";
import { decode, decodeWord } from "./decode.ts";
import { disassemble, disassembleWord } from "./disassemble.ts";
import { Code } from "./fuzz/assembler.ts";
import { noPlatform } from "./fuzz/bare-hart.ts";
import { enterSupervisor, isaString, riscv64 } from "./isa.ts";
import { anything } from "./mode.ts";
import * as cells from "./state.ts";
import { cause, getCell, getLow, getX, setCell, setLow, status, supervisor, user } from "./state.ts";

const ram = 0x80000000;
const handler = ram + 0x800;
const [a0, a1, a2] = [10, 11, 12];
const csr = {
  sstatus: 0x100,
  sie: 0x104,
  stimecmp: 0x14d,
  time: 0xc01,
  cycle: 0xc00,
  instret: 0xc02,
  fcsr: 3,
};

/** A hart in supervisor mode before `write`'s code; traps go to a WFI at `handler`, and `run` stops at a WFI. */
function hart(write: (code: Code) => void, platform: Partial<CpuPlatform> = {}) {
  const code = new Code(ram);
  write(code);
  code.op("wfi");
  const engine = createEngine({
    isa: riscv64,
    cpus: 1,
    ramBase: ram,
    ramBytes: 1 << 16,
    deviceAt: () => undefined,
    platform: () => ({ ...noPlatform, ...platform }),
    timeNs: () => 0,
    tier: "interpreter",
  });
  const view = new DataView(engine.ram.buffer, engine.ram.byteOffset);
  for (const [index, word] of code.words.entries()) view.setUint32(index * 4, word, true);
  const wait = new Code(handler);
  wait.op("wfi");
  view.setUint32(handler - ram, wait.words[0]!, true);
  const cpu = engine.cpus[0]!;
  enterSupervisor(cpu, BigInt(ram), 0n, 0n);
  setCell(cpu, cells.stvec, BigInt(handler));
  setCell(cpu, cells.mtvec, BigInt(handler));
  const run = (budget = 1000) => engine.run(0, budget).stop;
  return { cpu, run };
}
const toUser = (cpu: ReturnType<typeof hart>["cpu"]) => {
  setLow(cpu, cells.privilege, user);
  cpu.modeChanged();
};

test("a supervisor's call goes to the machine's firmware, and on behind the call", (t) => {
  const { cpu, run } = hart(
    (code) => {
      code.op("ecall");
      code.op("addi", { rd: a1, rs1: 0, imm: 7 });
    },
    {
      supervisorCall: (caller) => {
        cells.setX(caller, a0, 42n);
        return true;
      },
    },
  );
  t.is(run(), "waiting");
  t.deepEqual([getX(cpu, a0), getX(cpu, a1)], [42n, 7n]);
});

test("without firmware a supervisor's call traps to machine mode", (t) => {
  const { cpu, run } = hart((code) => code.op("ecall"));
  run();
  t.is(getCell(cpu, cells.mcause), BigInt(cause.callFromSupervisor));
  t.is(getCell(cpu, cells.mepc), BigInt(ram));
});

test("a program's call and the return to it are announced", (t) => {
  const heard: string[] = [];
  const { cpu, run } = hart((code) => code.op("ecall"), {
    onCall: (caller) =>
      heard.push(`call at ${caller.instructionPc.toString(16)}, mode ${getLow(caller, cells.privilege)}`),
    onReturn: (caller) => heard.push(`return to ${getCell(caller, cells.pcCell).toString(16)}`),
  });
  toUser(cpu);
  run();
  t.is(getCell(cpu, cells.scause), BigInt(cause.callFromUser));
  t.is(getLow(cpu, cells.privilege), supervisor);
  const back = new Code(ram);
  back.op("sret");
  cpu.writePhysical(handler, 4, back.words[0]!);
  setCell(cpu, cells.pcCell, BigInt(handler));
  setCell(cpu, cells.sepc, BigInt(ram + 4));
  cpu.modeChanged();
  run(1);
  t.deepEqual(heard, ["call at 80000000, mode 0", "return to 80000004"]);
});

test("stimecmp sets the deadline of the machine's timer; its interrupt ends waiting", (t) => {
  const set: (bigint | undefined)[] = [];
  let pending = 0;
  const { cpu, run } = hart(
    (code) => {
      code.li(a0, 1234n);
      code.csrw(csr.stimecmp, a0);
      code.li(a1, 1n << 5n);
      code.csrw(csr.sie, a1);
      code.op("csrrsi", { rd: 0, csr: csr.sstatus, zimm: 2 });
    },
    { setDeadline: (ticks) => set.push(ticks), pending: () => pending },
  );
  t.is(run(), "waiting");
  t.deepEqual(set, [1234n]);
  pending = 1 << 5;
  run(1);
  t.is(getCell(cpu, cells.scause), (1n << 63n) | 5n);
});

test("counters are read by programs if both modes above allow it", (t) => {
  const reads = (code: Code) => {
    code.csrr(a0, csr.time);
    code.csrr(a1, csr.instret);
    code.csrr(a2, csr.cycle);
  };
  const closed = hart(reads, { ticks: () => 99n });
  toUser(closed.cpu);
  closed.run();
  t.is(getCell(closed.cpu, cells.scause), BigInt(cause.illegal));
  t.is(getCell(closed.cpu, cells.stval), 0xc0102573n);

  const open = hart(reads, { ticks: () => 99n });
  setLow(open.cpu, cells.scounteren, 7);
  toUser(open.cpu);
  open.run(3);
  t.deepEqual([getX(open.cpu, a0), getX(open.cpu, a1), getX(open.cpu, a2)], [99n, 1n, 2n]);
});

test("floating-point state becomes dirty when it is changed, not when it is read", (t) => {
  const clean = 2 << 13;
  const states = (write: (code: Code) => void) => {
    const { cpu, run } = hart((code) => {
      write(code);
      code.csrr(a0, csr.sstatus);
    });
    setLow(cpu, cells.mstatus, clean);
    setLow(cpu, cells.fpDirty, 0);
    cpu.modeChanged();
    run();
    return Number((getX(cpu, a0) >> 13n) & 3n);
  };
  t.is(
    states((code) => code.op("fmv.x.d", { rd: a1, fs1: 0 })),
    2,
  );
  t.is(
    states((code) => code.op("fmv.d.x", { fd: 1, rs1: a1 })),
    3,
  );
  t.is(
    states((code) => code.op("csrrwi", { rd: 0, csr: csr.fcsr, zimm: 1 })),
    3,
  );
});

test("with the floating-point unit off its instructions are illegal, with themselves as the trap's value", (t) => {
  const { cpu, run } = hart((code) => code.op("fld", { fd: 1, rs1: 2, imm: 8 }));
  setLow(cpu, cells.mstatus, getLow(cpu, cells.mstatus) & ~status.fs);
  cpu.modeChanged();
  run();
  t.is(getCell(cpu, cells.scause), BigInt(cause.illegal));
  t.is(getCell(cpu, cells.stval), 0x00813087n);
});

test("a rounding mode that is none makes instructions that use it illegal, and only them", (t) => {
  const { cpu, run } = hart((code) => {
    code.op("csrrwi", { rd: 0, csr: 2, zimm: 5 });
    code.op("fadd.d", { fd: 1, fs1: 1, fs2: 1, rm: 0 });
    code.op("fadd.d", { fd: 1, fs1: 1, fs2: 1, rm: 7 });
  });
  run();
  t.is(getCell(cpu, cells.scause), BigInt(cause.illegal));
  t.is(getCell(cpu, cells.sepc), BigInt(ram + 8));
});

test("a store-conditional fails after a return from a trap", (t) => {
  const { cpu, run } = hart((code) => {
    code.op("addi", { rd: a0, rs1: a0, imm: 8 });
    code.li(a2, BigInt(ram + 0x400));
    code.op("lr.d", { rd: a1, rs1: a2, aqrl: 0 });
    code.li(5, BigInt(ram + 4 * 14));
    code.csrw(0x141, 5);
    code.op("sret");
    while (code.words.length < 14) code.op("addi", { rd: 0, rs1: 0, imm: 0 });
    code.op("sc.d", { rd: a1, rs1: a2, rs2: a0, aqrl: 0 });
  });
  setLow(cpu, cells.mstatus, getLow(cpu, cells.mstatus) | status.spp);
  run();
  t.is(getX(cpu, a1), 1n);
  t.is(cpu.readPhysical(ram + 0x400, 4), 0);
});

test("misaligned atomics fault, each with its own cause", (t) => {
  for (const [mnemonic, code] of [
    ["lr.w", cause.loadMisaligned],
    ["sc.w", cause.storeMisaligned],
    ["amoadd.d", cause.storeMisaligned],
  ] as const) {
    const { cpu, run } = hart((words) => {
      words.li(a2, BigInt(ram + 0x402));
      const fields = { rd: a1, rs1: a2, aqrl: 0 };
      words.op(mnemonic, mnemonic === "lr.w" ? fields : { ...fields, rs2: a0 });
    });
    run();
    t.is(getCell(cpu, cells.scause), BigInt(code), mnemonic);
    t.is(getCell(cpu, cells.stval), BigInt(ram + 0x402), mnemonic);
  }
});

test("a user program may not wait for interrupts, nor return from traps", (t) => {
  for (const mnemonic of ["wfi", "sret", "mret", "sfence.vma"]) {
    const { cpu, run } = hart((code) => code.op(mnemonic));
    toUser(cpu);
    run();
    t.is(getCell(cpu, cells.scause), BigInt(cause.illegal), mnemonic);
  }
});

test("decoded instructions are written with what they stand for, and with the target of a jump", (t) => {
  const written = (word: number) => {
    const decoded = emptyDecoded();
    decodeWord(word, anything, decoded);
    return disassemble(decoded, 0x1000n);
  };
  t.is(written(0x8082), "jalr zero, 0(ra)"); // c.jr ra
  t.is(disassembleWord(0x8082), "c.jr ra");
  t.is(written(0xa001), "jal zero, 0x1000"); // c.j 0
  t.is(written(0xfe0008e3 | 0), "beq zero, zero, 0xff0");
  t.is(written(0x14051573), "csrrw a0, sscratch, a0");
  t.is(written(0x1005a52f), "lr.w a0, (a1)");
  t.is(written(0x02c5f543), "fmadd.d fa0, fa1, fa2, ft0, dyn");
  t.is(written(0x0000), ".half 0x0000");
  t.is(written(0xffffffff | 0), ".word 0xffffffff");
});

test("an instruction whose bytes end too early is not decoded", (t) => {
  const bytes = new DataView(Uint8Array.of(0x13, 0, 0, 0).buffer);
  const decoded = emptyDecoded();
  t.false(decode(bytes, 0, 2, anything, decoded));
  t.false(decode(bytes, 3, 4, anything, decoded));
  t.true(decode(bytes, 0, 4, anything, decoded));
});

test("the ISA string names what is there and nothing else", (t) => {
  const samples: Record<string, number> = {
    m: 0x02c58533,
    a: 0x1005a52f,
    f: 0x00c5f553,
    d: 0x02c5f553,
    c: 0x8082,
    v: 0x0205e557,
    h: 0x22000073,
    zicntr: 0xc0102573,
    zicsr: 0x14051573,
    zifencei: 0x0000100f,
    zba: 0x20c5a533,
    zbb: 0x60059513,
    zbc: 0x0ac59533,
    zbs: 0x48c59533,
    sstc: 0x14d51573,
    svinval: 0x16b50073,
    zicbom: 0x0005200f | (1 << 20),
    zacas: 0x2805a52f | (1 << 20),
  };
  const [base = "", ...long] = isaString.split("_");
  const named = new Set([...base.replace(/^rv64i/, ""), ...long]);
  for (const [extension, word] of Object.entries(samples))
    t.is(disassembleWord(word) !== undefined, named.has(extension), extension);
  t.deepEqual(
    [...named].filter((extension) => !(extension in samples)),
    [],
  );
});
