/** The harness's machine for the evaluator: the same memory, the same faults; runs a case to its end. */
import type { Fault, World } from "../../../meaning/evaluate.ts";
import { evaluate } from "../../../meaning/evaluate.ts";
import type { Cpu } from "../../cpu.ts";
import type { Decoded, Isa } from "../../isa.ts";
import { flagNames } from "../flags.ts";
import * as state from "../state.ts";
import { type Case, CODE, DATA, newRegisters, PAGE, type Registers, type Result, WINDOW } from "./cases.ts";

const PAGE_FAULT = 14;
const GENERAL_PROTECTION = 13;
export const SIMD_EXCEPTION = 19;
const PROTECTION = 1;
const WRITE = 2;
const USER = 4;
const FETCH = 16;
const ARITHMETIC = 0x8d5n;

export function runCase(isa: Isa, given: Case): Result & { steps: number } {
  const view = new DataView(new ArrayBuffer(isa.stateBytes));
  const data = new Uint8Array(2 * PAGE);
  data.set(given.window, PAGE - WINDOW);
  const after = newRegisters();
  loadMasks(view);
  loadState(view, given.before, Object.keys(isa.flagKinds!).indexOf("exact"));

  const fault = (address: bigint, write: boolean): Fault => {
    const found = faultOf(address, write);
    if (found.cause === PAGE_FAULT) after.faultAddress = address;
    return found;
  };
  /** Where the bytes are in `data`, or the fault of the first that is not there. */
  const find = (address: bigint, size: number, write: boolean): number | Fault => {
    for (let i = 0n; i < size; i++) {
      const each = BigInt.asUintN(64, address + i);
      const offset = each - BigInt(DATA);
      if (offset < 0n || offset >= BigInt(write ? PAGE : 2 * PAGE)) return fault(each, write);
    }
    return Number(address - BigInt(DATA));
  };
  let pc = CODE;
  const world: World = {
    isa,
    state: view,
    read(address, size, forWrite) {
      const at = find(address, size, forWrite);
      return typeof at === "number" ? data.slice(at, at + size) : at;
    },
    write(address, bytes) {
      const at = find(address, bytes.length, true);
      if (typeof at !== "number") return at;
      data.set(bytes, at);
      return undefined;
    },
    custom(name, values) {
      const virtual = (address: bigint, size: number, write: boolean) => {
        const at = find(address, size, write);
        if (typeof at !== "number") throw at;
        return data.subarray(at, at + size);
      };
      const cpu = {
        state: view,
        instructionPc: BigInt(pc),
        readVirtual: (address: bigint, size: number) => virtual(address, size, false).slice(),
        writeVirtual: (address: bigint, bytes: Uint8Array) => virtual(address, bytes.length, true).set(bytes),
        probeWrite: (address: bigint, size: number) => virtual(address, size, true),
        modeChanged() {},
      };
      try {
        isa.customs[name]!(cpu as unknown as Cpu, ...values);
      } catch (thrown) {
        if (thrown instanceof Error) throw thrown;
        return thrown as Fault;
      }
      return undefined;
    },
  };

  const code = Uint8Array.from([...given.code, ...new Array(16).fill(0xcc)]);
  const codeView = new DataView(code.buffer);
  const end = CODE + given.code.length;
  const decoded = {} as Decoded;
  let steps = 0;
  for (; pc !== end; steps++) {
    if (steps > 1000) break;
    if (pc < CODE || pc > end) {
      after.trap = PAGE_FAULT;
      after.error = USER | FETCH;
      after.faultAddress = BigInt(pc);
      break;
    }
    isa.decode(codeView, pc - CODE, code.length, given.mode, decoded);
    const raised = evaluate(world, decoded, BigInt(pc));
    if (raised) {
      after.trap = raised.cause;
      if (raised.cause === SIMD_EXCEPTION) raiseSimd(view, Number(raised.value));
      else after.error = Number(raised.value);
      break;
    }
    pc = Number(view.getBigUint64(isa.pc.offset, true));
  }
  store(isa, view, after);
  after.rip = BigInt(pc);
  let rest = 0n;
  const words = new DataView(data.buffer);
  for (let i = 0; i < PAGE - WINDOW; i += 8)
    rest = BigInt.asUintN(64, rest * 31n + words.getBigUint64(i, true));
  return { after, rest, window: data.slice(PAGE - WINDOW, PAGE), steps };
}

/** What entering #XM does to MXCSR: an unmasked exception sets its flags, too. */
export function raiseSimd(view: DataView, flags: number): void {
  view.setUint32(state.mxcsr.offset, view.getUint32(state.mxcsr.offset, true) | flags, true);
}

/** What an access to an address outside of the harness's pages raises. */
export function faultOf(address: bigint, write: boolean, fetch = false): Fault {
  const canonical = BigInt.asIntN(48, address) === BigInt.asIntN(64, address);
  if (!canonical) return { cause: GENERAL_PROTECTION, value: 0n };
  const present = address >= BigInt(DATA + PAGE) && address < BigInt(DATA + 2 * PAGE);
  const bits = USER | (write ? WRITE : 0) | (present ? PROTECTION : 0) | (fetch ? FETCH : 0);
  return { cause: PAGE_FAULT, value: BigInt(bits) };
}

/** `exact`: the number of the kind of flags of that name. */
export function loadState(view: DataView, from: Registers, exact: number): void {
  state.registers.forEach(({ offset }, index) => {
    view.setBigUint64(offset, from.general[index]!, true);
  });
  view.setBigUint64(state.systemFlags.offset, from.flags & ~ARITHMETIC, true);
  view.setInt32(state.flagKind.offset, exact, true);
  view.setBigUint64(state.flagValues[0]!.offset, from.flags & ARITHMETIC, true);
  view.setUint32(state.mxcsr.offset, from.mxcsr, true);
  new Uint8Array(view.buffer, view.byteOffset).set(from.xmm, state.xmm[0]!.offset);
}

/** What never changes in user mode. */
export function loadMasks(view: DataView): void {
  view.setBigUint64(8, 2n ** 64n - 1n, true);
  view.setInt32(state.cpl.offset, 3, true);
  view.setBigUint64(state.stackMask.offset, 0xffff_ffffn, true);
  for (const pairs of state.segmentPairs) {
    const size = 16 << state.segmentPairs.indexOf(pairs);
    for (const offset of pairs) view.setBigUint64(offset + 8, BigInt.asUintN(size, -1n), true);
  }
  for (const [index, offset] of state.plainPairs.entries()) {
    view.setBigUint64(offset + 8, BigInt.asUintN(16 << index, -1n), true);
  }
}

function store(isa: Isa, view: DataView, to: Registers): void {
  state.registers.forEach(({ offset }, index) => {
    to.general[index] = view.getBigUint64(offset, true);
  });
  let status = 0;
  const kind = Object.values(isa.flagKinds!)[view.getInt32(state.flagKind.offset, true)]!;
  for (const name of flagNames) {
    const values = state.flagValues.slice(0, kind.values).map(({ offset }) => view.getBigInt64(offset, true));
    const expression = kind.flags[name]!(
      ...values.map((value) => ({ type: "i64", is: "const", value }) as const),
    );
    status |= evaluateConstant(isa, expression) << { CF: 0, PF: 2, AF: 4, ZF: 6, SF: 7, OF: 11 }[name];
  }
  to.flags = view.getBigUint64(state.systemFlags.offset, true) | BigInt(status);
  to.mxcsr = view.getUint32(state.mxcsr.offset, true);
  to.xmm.set(new Uint8Array(view.buffer, state.xmm[0]!.offset, 256));
}

/** An expression without operands: put into the state's zeroed end by an instruction made for it. */
function evaluateConstant(isa: Isa, value: Parameters<typeof JSON.stringify>[0]): number {
  const view = new DataView(new ArrayBuffer(isa.stateBytes));
  const cell = { name: "answer", type: "i32", offset: 64 } as const;
  const instruction = { name: "answer", operands: {}, meaning: [{ do: "put", cell, value }] };
  const world = { isa: { ...isa, instructions: [instruction] }, state: view } as unknown as World;
  evaluate(world, { instruction: 0, length: 1 } as Decoded, 0n);
  return view.getInt32(64, true);
}
