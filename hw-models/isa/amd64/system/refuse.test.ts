/** What registers refuse, where QEMU is no witness because it accepts it: Intel SDM volumes 2 and 3A say #GP(0). */
import test from "ava";
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { writeControl } from "./control.ts";
import { missing } from "./cpuid.ts";
import { enterTrap } from "./exceptions.ts";
import { setSegment } from "./mode.ts";
import { writeMsr } from "./msr.ts";
import { CR0, CR0_PG, CR4, EFER, Msr, Vector } from "./registers.ts";
import { reset } from "./reset.ts";
import { get, setHalves, setWord } from "./state-access.ts";

/** A CPU with state and nothing around it. */
function bareCpu() {
  const ended: string[] = [];
  const cpu = {
    state: new DataView(new ArrayBuffer(x86.stateBytes)),
    instructionPc: 0x1234n,
    flag: () => 0,
    flushTlb() {},
    modeChanged() {},
    wait() {},
    trap(cause: number, value = 0n): never {
      throw new Error(`trap ${cause} ${value}`);
    },
    ramOffset: () => -1,
    readPhysical: () => undefined,
    platform: { shutdown: (reason: string) => ended.push(reason), writeMsr: () => false, ticks: () => 0n },
  } as unknown as Cpu;
  reset(cpu);
  return { cpu, ended };
}

/** In 64-bit mode, ring 0. */
function longCpu() {
  const bare = bareCpu();
  const { cpu } = bare;
  setWord(cpu, x86.cr0, CR0_PG | CR0.PE | CR0.ET);
  setHalves(cpu, x86.cr4, 0, CR4.PAE);
  setHalves(cpu, x86.efer, 0, EFER.LME | EFER.LMA);
  setSegment(cpu, x86.CS, 8, 0n, -1, 0xa09b);
  return bare;
}
const refused = `trap ${Vector.generalProtection} 0`;

function refuses(title: string, act: (cpu: Cpu) => void): void {
  test(`${title} is refused, and nothing changes`, (t) => {
    const { cpu } = longCpu();
    const before = [x86.cr0, x86.cr3, x86.cr4, x86.efer].map((cell) => get(cpu, cell));
    t.is(t.throws(() => act(cpu))?.message, refused);
    t.deepEqual(
      [x86.cr0, x86.cr3, x86.cr4, x86.efer].map((cell) => get(cpu, cell)),
      before,
    );
  });
}
function setMsr(cpu: Cpu, index: number, value: bigint): void {
  setHalves(cpu, x86.rcx, 0, index | 0);
  setHalves(cpu, x86.rax, 0, Number(BigInt.asIntN(32, value)));
  setHalves(cpu, x86.rdx, 0, Number(BigInt.asIntN(32, value >> 32n)));
  writeMsr(cpu);
}

refuses("a reserved bit of CR4", (cpu) => writeControl(cpu, 4, 1n << 31n));
refuses("CR4.PCIDE, which CPUID does not tell", (cpu) => writeControl(cpu, 4, BigInt(CR4.PAE | (1 << 17))));
refuses("leaving PAE in long mode", (cpu) => writeControl(cpu, 4, 0n));
refuses("paging without protection", (cpu) => writeControl(cpu, 0, 0x80000000n));
refuses("the upper half of CR0", (cpu) => writeControl(cpu, 0, 1n << 32n));
refuses("leaving paging from 64-bit code", (cpu) => writeControl(cpu, 0, 1n));
refuses("a physical address in CR3 that is too long", (cpu) => writeControl(cpu, 3, 1n << 40n));
refuses("leaving LME while paging", (cpu) => setMsr(cpu, Msr.efer, 0n));
refuses("a reserved bit of EFER", (cpu) => setMsr(cpu, Msr.efer, BigInt(EFER.LME | 0x1000)));
refuses("a base that is not canonical", (cpu) => setMsr(cpu, Msr.gsBase, 1n << 47n));
refuses("a memory type that there is not", (cpu) => setMsr(cpu, Msr.pat, 2n));

function ends(
  title: string,
  make: () => ReturnType<typeof bareCpu>,
  act: (cpu: Cpu) => void,
  says: RegExp,
): void {
  test(title, (t) => {
    const { cpu, ended } = make();
    act(cpu);
    t.is(ended.length, 1);
    t.regex(ended[0]!, says);
  });
}
ends(
  "an exception before long mode ends the machine with a sentence",
  bareCpu,
  (cpu) => enterTrap(cpu, Vector.generalProtection, 0n),
  /^vector 13 at 0x1234: outside of long mode/,
);
ends(
  "an exception that no table can deliver is a triple fault",
  longCpu,
  (cpu) => enterTrap(cpu, Vector.invalidOpcode, 0n),
  /^a triple fault: vector 6 at 0x1234/,
);
ends(
  "32-bit paging is refused with a sentence",
  bareCpu,
  (cpu) => writeControl(cpu, 0, 0x80000001n),
  /64-bit page tables only/,
);

test("every feature that CPUID could tell has its rows", (t) => {
  t.deepEqual(missing, []);
});
