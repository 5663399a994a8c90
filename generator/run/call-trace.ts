/**
 * The trace of a program's calls, made outside of the guest: the model says when a program calls its kernel and when a
 * program goes on; the table says what that means. A call is one line, written when it has ended.
 *
 *     openat(AT_FDCWD, "/x", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)
 *
 * A thread that goes on behind its call, with the stack that it had, is the one that called.
 */
import { readFileSync } from "node:fs";
import type { Caller, CallListener } from "../../hw-models/index.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import type { Args, Call } from "../../spec/vocabulary.ts";
import { argsOfVariant } from "../emit/actions.ts";
import { argsOn } from "../read/table.ts";
import { callRegisters } from "./call-registers.ts";
import { isAnswer, type ReadMemory, showArgument } from "./show-argument.ts";

/** A call that has begun, as plain data: snapshots hold it. */
export type BegunCall = {
  readonly number: number;
  /** Decimal. */
  readonly values: readonly string[];
  /** How it was shown then; null: it is shown in the end, with its answers. */
  readonly text: string | null;
};

export type CallTrace = {
  readonly listener: CallListener;
  /** Calls that have not come back, by where their threads go on. */
  save(): [string, BegunCall][];
};

const hex = (value: bigint) => `0x${value.toString(16)}`;

function showResult(call: Call | undefined, result: bigint): string {
  if (result >= 0n) return call?.returns.kind === "addr" ? hex(result) : `${result}`;
  const found = Object.entries(errnos).find(([, { value }]) => BigInt(value) === -result);
  return found === undefined ? "-1 E?" : `-1 ${found[0]} (${found[1].text})`;
}

/** The arguments' kinds in the variant that the selector chooses. */
function argsOf(call: Call, values: readonly bigint[], arch: Arch): Args {
  const args = argsOn(call, arch);
  const { select, variants = {} } = call;
  if (select === undefined) return args;
  const mask = select.mask === undefined ? 0xffff_ffffn : (constantOn(select.mask, arch) ?? 0n);
  const chosen = BigInt.asUintN(32, values[Object.keys(args).indexOf(select.on)] ?? 0n) & mask;
  const variant = Object.entries(variants).find(([name]) => {
    const value = constantOn(name, arch);
    return value !== undefined && BigInt.asUintN(32, value) === chosen;
  });
  return argsOfVariant(args, variant?.[1]);
}

function namesByNumber(arch: Arch): ReadonlyMap<number, string> {
  const file = new URL("../../runtime-abi/facts/numbers.json", import.meta.url);
  const numbers = (JSON.parse(readFileSync(file, "utf8")) as Record<Arch, Record<string, number>>)[arch];
  return new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
}

export function callTrace(
  arch: Arch,
  rows: ReadonlyMap<number, Call>,
  onLine: (line: string) => void,
  from: readonly [string, BegunCall][] = [],
): CallTrace {
  const names = namesByNumber(arch);
  const places = callRegisters[arch];
  const begun = new Map<string, BegunCall>(from);
  const key = (caller: Caller) => `${caller.register("pc")} ${caller.register("sp")}`;

  /** The call in words; `result`: undefined before it has ended. */
  function show(
    number: number,
    values: readonly bigint[],
    read: ReadMemory,
    result: bigint | undefined,
  ): string {
    const call = rows.get(number);
    const name = names.get(number) ?? call?.name ?? `syscall_${number}`;
    if (call === undefined) return `${name}(${values.map(hex).join(", ")})`;
    const args = argsOf(call, values, arch);
    const argNames = Object.keys(args);
    const other = (one: string) => values[argNames.indexOf(one)] ?? 0n;
    const showing = { arch, result, read, other };
    const shown = Object.entries(args).map(([one, arg], index) =>
      showArgument(arg, one, call, values[index] ?? 0n, showing),
    );
    return `${name}(${shown.join(", ")})`;
  }

  function begin(caller: Caller): BegunCall {
    const number = Number(BigInt.asUintN(32, caller.register(places.number)));
    const values = places.args.map((name) => caller.register(name));
    const call = rows.get(number);
    // Memory that the program has not touched yet is not there before the kernel has looked at it.
    let isMissing = false;
    const read = (address: bigint, bytes: number) => {
      const found = caller.read(address, bytes);
      if (found.length < bytes && !found.includes(0)) isMissing = true;
      return found;
    };
    const early = show(number, values, read, undefined);
    const args = call === undefined ? {} : argsOf(call, values, arch);
    const isLate = isMissing || Object.values(args).some((arg) => isAnswer(arg, arch));
    const text = isLate && call?.returns.kind !== "never" ? null : early;
    return { number, values: values.map(String), text };
  }

  function finish({ number, values, text }: BegunCall, caller: Caller, result: bigint): string {
    const shown = text ?? show(number, values.map(BigInt), caller.read, result);
    return `${shown} = ${showResult(rows.get(number), result)}`;
  }

  const listener: CallListener = {
    call(caller) {
      const one = begin(caller);
      if (rows.get(one.number)?.returns.kind === "never") return onLine(`${one.text} = ?`);
      const again = begun.get(key(caller));
      if (again !== undefined && again.text !== null) onLine(`${again.text} = ? (interrupted)`);
      begun.set(key(caller), one);
    },
    returned(caller) {
      const at = key(caller);
      const one = begun.get(at);
      if (one === undefined) return;
      begun.delete(at);
      onLine(finish(one, caller, BigInt.asIntN(64, caller.register(places.result))));
    },
  };
  return { listener, save: () => [...begun] };
}
