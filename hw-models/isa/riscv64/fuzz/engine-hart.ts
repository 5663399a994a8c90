/** The same program on the engine: one hart in user mode, RAM where the program lies. */
import { createEngine } from "../../../engine/create.ts";
import type { EngineRequest } from "../../../engine/engine.ts";
import { riscv64 } from "../isa.ts";
import { mstatus, pcCell, privilege, status, user } from "../state.ts";
import { noPlatform } from "./bare-hart.ts";
import type { Program } from "./program.ts";

const ramUnit = 1 << 20;
const slice = 1 << 20;

/** Runs until the first system call; what the program would print, and how many instructions that took. */
export function runOnEngine(
  program: Program,
  tier: NonNullable<EngineRequest["tier"]>,
): { output: Uint8Array; instructions: number } {
  let called = false;
  const engine = createEngine({
    isa: riscv64,
    cpus: 1,
    ramBase: program.base,
    ramBytes: Math.ceil(program.memory.length / ramUnit) * ramUnit,
    deviceAt: () => undefined,
    platform: () => ({
      ...noPlatform,
      onCall: () => {
        called = true;
        engine.interrupt();
      },
    }),
    timeNs: () => 0,
    tier,
  });
  engine.ram.set(program.memory);
  engine.wrote(program.base, program.memory.length);
  const cpu = engine.cpus[0]!;
  cpu.state.setBigUint64(pcCell.offset, BigInt(program.entry), true);
  cpu.state.setInt32(privilege.offset, user, true);
  cpu.state.setInt32(mstatus.offset, status.fs, true);
  cpu.modeChanged();
  let instructions = 0;
  while (!called) {
    const { executed } = engine.run(0, slice);
    instructions += executed;
    if (instructions > program.memory.length) throw new Error("the program does not end");
  }
  const start = program.buffer - program.base;
  return { output: engine.ram.slice(start, start + program.bufferBytes), instructions };
}
