/** The harness's machine for the engine: the same memory and faults as in world.ts, executed as WebAssembly. */
import { createEngine } from "../../../engine/create.ts";
import type { Engine, EngineRequest } from "../../../engine/engine.ts";
import type { CpuPlatform } from "../../cpu.ts";
import type { Access, Isa, Translation } from "../../isa.ts";
import { MODE_USER, MODES } from "../decode.ts";
import * as state from "../state.ts";
import { registers, systemFlags, xmm } from "../state.ts";
import { type Case, CODE, DATA, newRegisters, PAGE, type Result, WINDOW } from "./cases.ts";
import { faultOf, loadMasks, loadState, raiseSimd, SIMD_EXCEPTION } from "./world.ts";

const CODE_PAGE = 0;
const DATA_PAGE = PAGE;
const INVALID_OPCODE = 6;
const MOST_STEPS = 1000;

export type EngineWorld = { run(given: Case): Result & { steps: number } };

export function makeEngineWorld(core: Isa, tier: EngineRequest["tier"]): EngineWorld {
  const raised: { cause: number; error: number; address: bigint }[] = [];
  let mode = MODE_USER;
  const isa: Isa = {
    ...core,
    customs: { ...core.customs, flagsChanged: () => undefined },
    modes: MODES,
    decodeMode: () => mode,
    isUser: () => true,
    translate(_, high, low, access, result) {
      translate(high, low, access, result);
    },
    enterTrap(cpu, cause, value, address) {
      if (cause === SIMD_EXCEPTION) raiseSimd(cpu.state, Number(value));
      raised.push({ cause, error: Number(value), address: address ?? 0n });
      cpu.wait();
    },
    takeInterrupt: () => false,
    wakes: () => false,
    reset: () => undefined,
  };
  const engine: Engine = createEngine({
    isa,
    cpus: 1,
    ramBase: 0,
    ramBytes: 16 * PAGE,
    deviceAt: () => undefined,
    platform: () => ({}) as CpuPlatform,
    timeNs: (_, executed) => executed,
    tier: tier ?? "interpreter",
  });
  const cpu = engine.cpus[0]!;
  loadMasks(cpu.state);
  return {
    run(given) {
      raised.length = 0;
      mode = given.mode;
      const { ram } = engine;
      ram.fill(0xcc, CODE_PAGE, CODE_PAGE + 160);
      ram.set(given.code, CODE_PAGE);
      engine.wrote(CODE_PAGE, 160);
      ram.fill(0, DATA_PAGE, DATA_PAGE + 2 * PAGE);
      ram.set(given.window, DATA_PAGE + PAGE - WINDOW);
      loadState(cpu.state, given.before, 0);
      cpu.state.setBigUint64(isa.pc.offset, BigInt(CODE), true);
      const end = BigInt(CODE + given.code.length);
      // Behind the code stands UD2: the trap at the end is none.
      ram.set([0x0f, 0x0b], CODE_PAGE + given.code.length);
      cpu.modeChanged();
      const { executed } = engine.run(0, MOST_STEPS);
      const after = newRegisters();
      after.rip = cpu.instructionPc;
      const [trap] = raised;
      if (trap !== undefined && !(trap.cause === INVALID_OPCODE && after.rip === end)) {
        after.trap = trap.cause;
        after.error = trap.error;
        after.faultAddress = trap.address;
      }
      registers.forEach(({ offset }, index) => {
        after.general[index] = cpu.state.getBigUint64(offset, true);
      });
      after.flags = cpu.state.getBigUint64(systemFlags.offset, true) | BigInt(cpu.flag("status"));
      after.mxcsr = cpu.state.getUint32(state.mxcsr.offset, true);
      after.xmm.set(new Uint8Array(cpu.state.buffer, cpu.state.byteOffset + xmm[0]!.offset, 256));
      const data = new DataView(ram.buffer, ram.byteOffset + DATA_PAGE, PAGE);
      let rest = 0n;
      if (isDirty(data)) {
        for (let i = 0; i < PAGE - WINDOW; i += 8)
          rest = BigInt.asUintN(64, rest * 31n + data.getBigUint64(i, true));
      }
      const window = ram.slice(DATA_PAGE + PAGE - WINDOW, DATA_PAGE + PAGE);
      return { after, rest, window, steps: executed };
    },
  };
}

function isDirty(data: DataView): boolean {
  for (let i = 0; i < PAGE - WINDOW; i += 4) if (data.getInt32(i, true) !== 0) return true;
  return false;
}

function translate(high: number, low: number, access: Access, result: Translation): void {
  const write = access === "write";
  const address = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const page = low & ~0xfff;
  result.cause = -1;
  result.writable = page === DATA;
  if (high === 0 && page === CODE && access === "fetch") result.page = CODE_PAGE;
  else if (high === 0 && page === DATA) result.page = DATA_PAGE;
  else if (high === 0 && page === DATA + PAGE && !write) result.page = DATA_PAGE + PAGE;
  else {
    const fault = faultOf(address, write, access === "fetch");
    result.cause = fault.cause;
    result.value = Number(fault.value);
  }
}
