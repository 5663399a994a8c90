/** Looking changes nothing: neither the guest's page tables nor a CPU's state. */
import test from "ava";
import { createEngine } from "../engine/create.ts";
import type { CpuPlatform } from "../isa/cpu.ts";
import { enterSupervisor, riscv64 } from "../isa/riscv64/isa.ts";
import { satp, setCell } from "../isa/riscv64/state.ts";
import { peek } from "./peek.ts";

const ramBase = 0x80000000;
const validReadWrite = 0b111n;
const sv39 = 8n << 60n;

test("a look through page tables sets no accessed bit", (t) => {
  const platform = () => ({ pending: () => 0, setDeadline() {} }) as unknown as CpuPlatform;
  const more = { deviceAt: () => undefined, platform, timeNs: () => 0 };
  const engine = createEngine({ isa: riscv64, cpus: 1, ramBase, ramBytes: 1 << 20, ...more });
  const cpu = engine.cpus[0]!;
  enterSupervisor(cpu, BigInt(ramBase), 0n, 0n);
  // The root table in page 1: the first gigabyte is the RAM's.
  new DataView(engine.ram.buffer, engine.ram.byteOffset).setBigUint64(
    0x1000,
    (BigInt(ramBase >>> 12) << 10n) | validReadWrite,
    true,
  );
  setCell(cpu, satp, sv39 | BigInt((ramBase + 0x1000) >>> 12));
  engine.ram.set([1, 2, 3], 0x3000);
  const before = engine.save();
  t.deepEqual([...peek(riscv64, cpu, 0x3000n, 3)], [1, 2, 3]);
  t.is(peek(riscv64, cpu, 0x40000000n, 3).length, 0, "nothing is mapped there");
  t.deepEqual(engine.save(), before);
});
