/**
 * A hart without a machine: flat memory, user mode, no translation, executed by the evaluator, one instruction after
 * the other. Its only system call ends the run.
 */
import { evaluate, type Fault, type World } from "../../../meaning/evaluate.ts";
import type { Cpu, CpuPlatform } from "../../cpu.ts";
import { type Decoded, emptyDecoded } from "../../isa.ts";
import { decode } from "../decode.ts";
import { riscv64 } from "../isa.ts";
import { anything } from "../mode.ts";
import { cause, mstatus, pcCell, privilege, stateBytes, status, user } from "../state.ts";

/** Thrown by `Cpu.trap`, as the engine does it. */
class Trapped {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

const noSuchThing = (): never => {
  throw new Error("a bare hart has no machine around it");
};
export const noPlatform: CpuPlatform = {
  pending: () => 0,
  interruptVector: () => -1,
  acknowledge: noSuchThing,
  readPort: noSuchThing,
  writePort: noSuchThing,
  supervisorCall: () => false,
  setDeadline: noSuchThing,
  ticks: () => 0n,
  readMsr: () => undefined,
  writeMsr: () => false,
  shutdown: noSuchThing,
  taskPriority: () => 0,
  setTaskPriority: noSuchThing,
};

export class BareHart {
  readonly state = new DataView(new ArrayBuffer(stateBytes));
  readonly memory: Uint8Array;
  readonly base: number;
  instructions = 0;
  private readonly view: DataView;
  private readonly known = new Map<number, Decoded>();
  private readonly world: World;

  constructor(memory: Uint8Array, base: number, entry: number) {
    this.memory = memory;
    this.base = base;
    this.view = new DataView(memory.buffer, memory.byteOffset, memory.length);
    this.state.setBigUint64(pcCell.offset, BigInt(entry), true);
    this.state.setInt32(privilege.offset, user, true);
    this.state.setInt32(mstatus.offset, status.fs, true);
    this.world = {
      isa: riscv64,
      state: this.state,
      read: (address, size, forWrite) =>
        this.at(address, size, forWrite ? cause.storeAccess : cause.loadAccess),
      write: (address, bytes) => {
        const place = this.at(address, bytes.length, cause.storeAccess);
        if (!(place instanceof Uint8Array)) return place;
        place.set(bytes);
        return undefined;
      },
      custom: (name, values) => this.custom(name, values),
    };
  }

  private at(address: bigint, size: number, code: number): Uint8Array | Fault {
    const offset = Number(address) - this.base;
    if (offset < 0 || offset + size > this.memory.length) return { cause: code, value: address };
    return this.memory.subarray(offset, offset + size);
  }

  private custom(name: string, values: readonly bigint[]): Fault | undefined {
    const cpu = {
      index: 0,
      state: this.state,
      instructions: this.instructions,
      platform: noPlatform,
      trap: (code: number, value = 0n): never => {
        throw new Trapped({ cause: code, value });
      },
      modeChanged: () => {},
      flushTlb: () => {},
    } as unknown as Cpu;
    try {
      riscv64.customs[name]!(cpu, ...values);
    } catch (thrown) {
      if (thrown instanceof Trapped) return thrown.fault;
      throw thrown;
    }
    return undefined;
  }

  get pc(): number {
    return Number(this.state.getBigUint64(pcCell.offset, true));
  }

  step(): Fault | undefined {
    const pc = this.pc;
    let decoded = this.known.get(pc);
    if (!decoded) {
      decoded = emptyDecoded();
      if (!decode(this.view, pc - this.base, this.memory.length, anything, decoded))
        return { cause: cause.fetchAccess, value: BigInt(pc) };
      this.known.set(pc, decoded);
    }
    this.instructions++;
    return evaluate(this.world, decoded, BigInt(pc));
  }

  /** Runs until something traps. */
  run(): Fault {
    for (;;) {
      const fault = this.step();
      if (fault) return fault;
    }
  }
}
