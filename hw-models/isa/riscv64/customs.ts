/** What instructions do that no meaning says: calls into the next mode, returns, waiting, fences, and the CSRs. */
import type { Cpu } from "../cpu.ts";
import { csrByNumber } from "./csr.ts";
import { writesCsr } from "./rows/zicsr.ts";
import { cause, getLow, mstatus, privilege, setX, status, supervisor, user } from "./state.ts";
import { returnFromMachine, returnFromSupervisor } from "./trap.ts";

const illegal = (cpu: Cpu, word: bigint): never => cpu.trap(cause.illegal, BigInt.asUintN(32, word));

/** TSR, TW and TVM forbid the supervisor what it could do otherwise. */
function refuse(cpu: Cpu, bit: number, word: bigint): void {
  if (getLow(cpu, privilege) === supervisor && (getLow(cpu, mstatus) & bit) !== 0) illegal(cpu, word);
}

function call(cpu: Cpu): void {
  const level = getLow(cpu, privilege);
  if (level === user) cpu.platform.onCall?.(cpu);
  if (level === supervisor && cpu.platform.supervisorCall(cpu)) return;
  // 8, 9 and 11: the mode's number is added.
  cpu.trap(cause.callFromUser + level);
}

/** One of the six CSR instructions; the word says which, of what and into which register. */
function accessCsr(cpu: Cpu, whole: bigint, source: bigint): void {
  const word = Number(BigInt.asIntN(32, whole));
  const csr = csrByNumber.get(word >>> 20)!;
  if (csr.allows?.(cpu) === false) illegal(cpu, whole);
  const old = csr.read(cpu);
  if (writesCsr(word)) {
    const operation = (word >>> 12) & 3;
    const value = operation === 1 ? source : operation === 2 ? old | source : old & ~source;
    csr.write?.(cpu, BigInt.asUintN(64, value));
  }
  setX(cpu, (word >>> 7) & 31, old);
}

export const customs: Readonly<Record<string, (cpu: Cpu, ...values: bigint[]) => void>> = {
  ecall: call,
  csr: (cpu, word, source) => accessCsr(cpu, word!, source!),
  sret: (cpu, word) => {
    refuse(cpu, status.tsr, word!);
    returnFromSupervisor(cpu);
  },
  mret: returnFromMachine,
  wfi: (cpu, word) => {
    refuse(cpu, status.tw, word!);
    cpu.wait();
  },
  "fence-vma": (cpu, word, address) => {
    refuse(cpu, status.tvm, word!);
    const namesPage = ((Number(BigInt.asIntN(32, word!)) >>> 15) & 31) !== 0;
    if (namesPage) cpu.flushTlbPage(address!);
    else cpu.flushTlb();
  },
};
