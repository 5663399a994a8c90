/**
 * A program for a bare machine that probes what no user program can: page tables with random bits in random modes,
 * interrupts with random enables and delegations, CSRs with random values. Every trap is written into a buffer; at the
 * end the buffer goes to the serial port, and the machine off. Every machine must write the same.
 * It begins in machine mode.
 */
import {
  bufferAt,
  call,
  csr,
  cursor,
  finisher,
  fsDirty,
  handlers,
  mpp,
  Prober,
  ram,
  t0,
  t1,
  t2,
  target,
  timerCompare,
  uart,
  vectorCount,
} from "./prober.ts";
import { csrProbe, illegalProbe, interruptProbe, returnProbe, translationProbe } from "./probes.ts";
import { Random } from "./random.ts";

export type BareProgram = {
  /** From `base`, where it begins. */
  readonly memory: Uint8Array;
  readonly base: number;
  readonly buffer: number;
  readonly uart: number;
  readonly finisher: number;
  readonly timerCompare: number;
  /** What a record is, in order: for messages. */
  readonly records: readonly { at: number; what: string }[];
  readonly bufferBytes: number;
};

export function makeBareProgram(seed: number, probes: number): BareProgram {
  const prober = new Prober(new Random(seed));
  const { code, random } = prober;
  // With a second hart, QEMU executes atomics as such, with the faults of stores. That hart sleeps.
  code.csrr(t0, csr.mhartid);
  code.op("beq", { rs1: t0, rs2: 0, offset: 12 });
  code.op("wfi");
  code.op("jal", { rd: 0, offset: -4 });
  // What a probe arrives at may be any code: registers must not tell where QEMU has put its device tree.
  for (const register of [10, 11, 12]) code.li(register, 0n);
  const traps = handlers(prober);
  if (code.at !== traps.machine + 4 * (22 + 2 * vectorCount))
    throw new Error("the handlers do not fill their place");
  code.li(cursor, BigInt(bufferAt));
  prober.set(csr.mtvec, BigInt(traps.machine));
  prober.set(csr.stvec, BigInt(traps.supervisor));
  // No timer interrupt.
  code.li(t0, BigInt(timerCompare));
  code.op("addi", { rd: t1, rs1: 0, imm: -1 });
  code.op("sd", { rs2: t1, rs1: t0, imm: 0 });
  prober.set(csr.pmpaddr0, (1n << 54n) - 1n);
  prober.set(csr.pmpcfg0, 0x1fn);
  prober.set(csr.menvcfg, 0n);
  prober.set(csr.mstatus, fsDirty | mpp(3));
  for (let index = 0; index < probes; index++) {
    const kind = random.below(10);
    if (kind < 5) translationProbe(prober);
    else if (kind < 7) interruptProbe(prober, traps);
    else if (kind < 8) returnProbe(prober);
    else if (kind < 9) csrProbe(prober);
    else illegalProbe(prober);
  }
  finish(prober);

  const end = bufferAt;
  if (code.at > target) throw new Error("too many probes");
  const memory = new Uint8Array(end - ram);
  const view = new DataView(memory.buffer);
  for (const [index, word] of code.words.entries()) view.setUint32(index * 4, word, true);
  // The page that the probes look at: calls, wherever one arrives.
  for (let at = target; at < target + 4096; at += 4) view.setUint32(at - ram, call, true);
  return {
    memory,
    base: ram,
    buffer: bufferAt,
    uart,
    finisher,
    timerCompare,
    records: prober.records,
    bufferBytes: prober.bytes,
  };
}

/** The buffer to the serial port, byte by byte, and off. */
function finish({ code, bytes }: Prober): void {
  code.li(t0, BigInt(bufferAt));
  code.li(t1, BigInt(bufferAt + bytes));
  code.li(t2, BigInt(uart));
  code.op("lbu", { rd: 8, rs1: t0, imm: 0 });
  code.op("sb", { rs2: 8, rs1: t2, imm: 0 });
  code.op("addi", { rd: t0, rs1: t0, imm: 1 });
  code.op("bne", { rs1: t0, rs2: t1, offset: -12 });
  code.li(t2, BigInt(finisher));
  code.li(8, 0x5555n);
  code.op("sw", { rs2: 8, rs1: t2, imm: 0 });
  code.op("jal", { rd: 0, offset: 0 });
}
