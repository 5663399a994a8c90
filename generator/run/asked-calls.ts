/**
 * Counts what a program asks of its kernel, for the record: one line for each call, value of its selector, set of flags,
 * and answer, with where it was asked first. This is what a report compares with the table and with what the program
 * can ask for. The state is plain data.
 */
import type { Caller, CallListener } from "../../hw-models/index.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import type { Call } from "../../spec/vocabulary.ts";
import { argsOn } from "../read/table.ts";
import { callRegisters } from "./call-registers.ts";

export type AskedCall = {
  readonly nr: number;
  /** The selector's value and those of flags, by argument; 64-bit ones as text when they are no exact numbers. */
  readonly args: Readonly<Record<string, number | string>>;
  /** The error's name; empty: it succeeded, or did not come back. */
  readonly errno: string;
  count: number;
  /** Behind the instruction that asked first, and the return addresses above it as far as they can be told. */
  readonly stack: readonly string[];
};

export type AskedState = {
  readonly calls: Record<string, AskedCall>;
  /** By where the thread will go on. */
  readonly begun: Record<string, Omit<AskedCall, "errno" | "count">>;
};

/** A program that asks with ever other bits must not fill the memory: the rest of a call is counted without them. */
const mostOfOneCall = 64;
const mostFrames = 24;

/** `state` is gone on with: a new one, or what a snapshot held. */
export function askedCalls(
  arch: Arch,
  rows: ReadonlyMap<number, Call>,
  state: AskedState = { calls: {}, begun: {} },
) {
  const kinds = new Map<number, number>();
  for (const { nr } of Object.values(state.calls)) kinds.set(nr, (kinds.get(nr) ?? 0) + 1);
  const places = callRegisters[arch];
  const telling = new Map([...rows].map(([nr, call]) => [nr, tellingArguments(call, arch)]));
  const key = (caller: Caller) => `${caller.register("pc")} ${caller.register("sp")}`;

  function count(one: Omit<AskedCall, "errno" | "count">, errno: string): void {
    const plain = JSON.stringify([one.nr, errno]);
    const exact = JSON.stringify([one.nr, errno, one.args]);
    const known = state.calls[exact];
    if (known !== undefined) {
      known.count++;
      return;
    }
    const different = (kinds.get(one.nr) ?? 0) + 1;
    kinds.set(one.nr, different);
    if (different <= mostOfOneCall) {
      state.calls[exact] = { ...one, errno, count: 1 };
      return;
    }
    const rest = state.calls[plain];
    if (rest === undefined) state.calls[plain] = { ...one, args: {}, errno, count: 1 };
    else rest.count++;
  }

  const listener: CallListener = {
    call(caller) {
      const nr = Number(BigInt.asUintN(32, caller.register(places.number)));
      const args: Record<string, number | string> = {};
      for (const { name, register, width } of telling.get(nr) ?? []) {
        const value = BigInt.asUintN(width, caller.register(register));
        args[name] = value > BigInt(Number.MAX_SAFE_INTEGER) ? `0x${value.toString(16)}` : Number(value);
      }
      const one = { nr, args, stack: callers(caller, arch) };
      if (rows.get(nr)?.returns.kind === "never") return count(one, "");
      state.begun[key(caller)] = one;
    },
    returned(caller) {
      const at = key(caller);
      const one = state.begun[at];
      if (one === undefined) return;
      delete state.begun[at];
      const result = BigInt.asIntN(64, caller.register(places.result));
      count(one, result < 0n && result >= -4095n ? (errnoNames.get(Number(-result)) ?? `E${-result}`) : "");
    },
  };
  const lines = () => Object.values(state.calls).map((asked) => JSON.stringify({ asked }));
  return { listener, lines, state };
}

const errnoNames: ReadonlyMap<number, string> = new Map(
  Object.entries(errnos).map(([name, { value }]) => [value, name]),
);

type Telling = { name: string; register: string; width: 32 | 64 };

/** The arguments whose value decides what the table answers. */
function tellingArguments(call: Call, arch: Arch): Telling[] {
  return Object.entries(argsOn(call, arch)).flatMap(([name, { kind }], index): Telling[] => {
    const register = callRegisters[arch].args[index];
    const tells = name === call.select?.on || kind === "flags" || kind === "flags64";
    return tells && register !== undefined ? [{ name, register, width: kind === "flags64" ? 64 : 32 }] : [];
  });
}

/**
 * Where the call returns to, and its callers. Go keeps a chain of frames in rbp on amd64; on riscv64 there is none, and
 * ra is all that can be told without the program's own tables.
 */
function callers(caller: Caller, arch: Arch): string[] {
  const found = [caller.register("pc")];
  const word = (address: bigint): bigint | undefined => {
    const bytes = caller.read(address, 8);
    return bytes.length < 8 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  };
  if (arch === "riscv64") found.push(caller.register("ra"));
  else {
    // The functions that enter the kernel have no frame: their return address is on top.
    const top = word(caller.register("rsp"));
    if (top !== undefined) found.push(top);
    let frame = caller.register("rbp");
    while (found.length < mostFrames) {
      const [next, back] = [word(frame), word(frame + 8n)];
      if (next === undefined || back === undefined || back === 0n) break;
      found.push(back);
      if (next <= frame) break;
      frame = next;
    }
  }
  return found.map((address) => `0x${address.toString(16)}`);
}
