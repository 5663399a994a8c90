/** The bare program on the engine, in RAM, with nothing around it but the device that ends it. */
import type { Device } from "../../../devices/device.ts";
import { createEngine } from "../../../engine/create.ts";
import type { EngineRequest } from "../../../engine/engine.ts";
import { riscv64 } from "../isa.ts";
import { pcCell } from "../state.ts";
import { noPlatform } from "./bare-hart.ts";
import type { BareProgram } from "./privileged.ts";

const ramBytes = 8 << 20;
const pageOf = (address: number) => address - (address % 4096);
const mostInstructions = 50_000_000;

export function runBareOnEngine(program: BareProgram, tier: NonNullable<EngineRequest["tier"]>): Uint8Array {
  let ended = false;
  const device = (name: string, onWrite: () => void): Device => ({
    name,
    sizeBytes: 4096,
    read: () => 0,
    write: onWrite,
    reset() {},
    save: () => null,
    load() {},
  });
  const devices = new Map([
    [
      pageOf(program.finisher),
      device("finisher", () => {
        ended = true;
        engine.interrupt();
      }),
    ],
    [pageOf(program.uart), device("serial", () => {})],
    [pageOf(program.timerCompare), device("timer", () => {})],
  ]);
  const engine = createEngine({
    isa: riscv64,
    cpus: 1,
    ramBase: program.base,
    ramBytes,
    deviceAt(address) {
      const base = pageOf(address);
      const found = devices.get(base);
      return found && { device: found, base };
    },
    platform: () => noPlatform,
    timeNs: () => 0,
    tier,
  });
  engine.ram.set(program.memory);
  const cpu = engine.cpus[0]!;
  cpu.state.setBigUint64(pcCell.offset, BigInt(program.base), true);
  cpu.modeChanged();
  let instructions = 0;
  while (!ended) {
    const { executed, stop } = engine.run(0, 1 << 20);
    instructions += executed;
    if (stop === "waiting" || instructions > mostInstructions) throw new Error("the program does not end");
  }
  const start = program.buffer - program.base;
  return engine.ram.slice(start, start + program.bufferBytes);
}
