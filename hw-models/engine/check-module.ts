/**
 * For tests: follows the values in a function that somebody else has read back, and says which memory accesses are not
 * what the engine means to do. Allowed addresses: the CPU's block; a register whose offset comes from the slot; the slot;
 * an entry of the TLB; the tables of jumps and entries; and, for guest memory, the sum of an entry's value and the very
 * address whose page, with all bytes of the access, was compared with that entry's tag or its reach before - in the bank
 * for writing if it is a store - or what the slow path gave.
 *
 * Values are numbered by what computes them. Behind a label holds what holds on all ways to it: a local is a new value
 * if it is not the same everywhere. Before a loop's repetitions nothing is known.
 *
 * Long because it is one walk with a case for each kind of instruction.
 */
import { scalarOperators, vectorOperators } from "../meaning/operators.ts";
import { laneOpcodes } from "../wasm/opcodes.ts";
import { accessForWrite } from "./interpreter-context.ts";
import { type Layout, pageBytes, tlb } from "./layout.ts";
import type { ReadFunction, ReadModule, Token } from "./read-module.ts";

const operators = new Map(
  [...Object.entries(scalarOperators), ...Object.entries(vectorOperators)].map(([name, { takes }]) => [
    name as string,
    takes.length,
  ]),
);
/** The reader of 2018 spells a few names otherwise: `i32.extend8_s` is `i32.extend8_s`, but `i64.extend_s_i32`. */
const respell = (op: string): string => op.replace(/_(s|u)_([if]\d\d)$/, "_$2_$1");

type Value = {
  readonly op: string;
  readonly args: readonly Value[];
  readonly note: string;
  readonly id: number;
};
/** What is known at a place; facts by the number of a condition. */
type State = { readonly locals: readonly Value[]; readonly facts: ReadonlyMap<number, boolean> };
type Frame = {
  readonly kind: "block" | "loop" | "if";
  readonly height: number;
  readonly results: number;
  /** On the ways that lead to its end. */
  readonly states: State[];
  dead: boolean;
  /** Of an `if` whose other side was not seen: how that begins. */
  other?: State | undefined;
  first?: Host | undefined;
};
/** Guest bytes that were checked. */
type Host = { readonly size: number; readonly write: boolean };

/** Of a way that is never taken. */
const anything: Host = { size: 16, write: true };

/** Which local is what, where the function's parameters and the engine's locals have a meaning. */
export type Roles = {
  readonly slots: readonly number[];
  readonly banks: readonly number[];
  /** Numbers of the slow paths `access` and `cross`, if the function may call them. */
  readonly access?: number;
  readonly cross?: number;
};

const sizes: Readonly<Record<string, number>> = { "8": 1, "16": 2, "32": 4, "64": 8 };
function accessBytes(op: string): number {
  const lane = /^v128\.(?:load|store)(\d+)/.exec(op);
  if (lane) return sizes[lane[1]!]!;
  const narrow = /(?:load|store)(\d+)/.exec(op);
  if (narrow) return sizes[narrow[1]!]!;
  if (op.startsWith("v128")) return 16;
  return op.includes("64.") ? 8 : 4;
}

export function checkFunction(
  module: ReadModule,
  read: ReadFunction,
  layout: Layout,
  roles: Roles,
): string[] {
  const problems: string[] = [];
  const interned = new Map<string, Value>();
  const numbered: Value[] = [];
  let fresh = 0;
  let epoch = 0;
  const value = (op: string, args: readonly Value[] = [], note = ""): Value => {
    const key = `${op} ${note} ${args.map(({ id }) => id).join(" ")}`;
    const known = interned.get(key) ?? { op, args, note, id: interned.size };
    interned.set(key, known);
    numbered[known.id] = known;
    return known;
  };
  const unknown = (note: string): Value => value("unknown", [], `${note} ${fresh++}`);
  const cpu = value("cpu");
  const localCount = read.takes.length + read.locals.length;
  const roleOf = (local: number): Value =>
    local === 0 && read.takes[0] === "i32"
      ? cpu
      : roles.slots.includes(local)
        ? value("slot", [], String(fresh++))
        : roles.banks.includes(local)
          ? value("bank")
          : unknown(`local ${local}`);
  let locals = Array.from({ length: localCount }, (_, local) => roleOf(local));
  let facts = new Map<number, boolean>();
  const stack: Value[] = [];
  const hosts = new Map<number, Host>();
  const frame = (kind: Frame["kind"], results: number): Frame => ({
    ...{ kind, results, height: stack.length, states: [], dead: false },
  });
  const frames: Frame[] = [frame("block", read.gives.length)];
  const top = (): Frame => frames.at(-1)!;
  const pop = (): Value => {
    if (stack.length > top().height) return stack.pop()!;
    return unknown("unreachable");
  };
  const learn = (condition: Value, truth: boolean): void => {
    facts.set(condition.id, truth);
    if (condition.op === "i32.eqz") learn(condition.args[0]!, !truth);
    if (condition.op === "i64.ne") learn(value("i64.eq", condition.args), !truth);
  };
  const now = (): State => ({ locals: [...locals], facts: new Map(facts) });
  const go = (state: State): void => {
    locals = [...state.locals];
    facts = new Map(state.facts);
  };
  /** The state on the way where a condition is so. */
  const where = (condition: Value, truth: boolean): State => {
    const before = now();
    learn(condition, truth);
    const then = now();
    go(before);
    return then;
  };
  const join = (states: readonly State[]): State => ({
    locals: states[0]!.locals.map((first, local) =>
      states.every((state) => state.locals[local] === first)
        ? first
        : roles.slots.includes(local)
          ? value("slot", [], String(fresh++))
          : unknown(`local ${local}`),
    ),
    facts: new Map(
      [...states[0]!.facts].filter(([id, truth]) => states.every((state) => state.facts.get(id) === truth)),
    ),
  });
  const branch = (depth: number, state: State): void => {
    const target = frames[frames.length - 1 - depth]!;
    if (target.kind !== "loop") target.states.push(state);
  };

  const isBank = ({ op, args, note }: Value): boolean =>
    op === "bank" || (op === "i32.load" && args[0] === cpu && note.startsWith(`${layout.cpu.bank} `));
  /** The address whose TLB entry this is. */
  const entryOf = (address: Value): Value | undefined => {
    if (address.op !== "i32.add") return undefined;
    const masked = address.args.find(({ op }) => op === "i32.and");
    const base = address.args.find((arg) => arg !== masked);
    if (base === undefined || !(base === cpu || isBank(base))) return undefined;
    const mixed = masked?.args.find(({ op }) => op === "i32.wrap_i64")?.args[0];
    const entries = masked?.args.find(({ op }) => op === "const")?.note;
    const shifted = (part: Value | undefined, by: number) =>
      part?.op === "i64.shr_u" && part.args[1]!.note === String(by) ? part.args[0] : undefined;
    if (entries === String((tlb.entries - 1) * 16)) return shifted(mixed, tlb.shift);
    if (entries !== String((tlb.fetchEntries - 1) * 16) || mixed?.op !== "i64.xor") return undefined;
    const near = shifted(mixed.args[0], tlb.shift);
    return near === shifted(mixed.args[1], tlb.foldShift) ? near : undefined;
  };
  /** Units know the bank, so that their entries are relative to the CPU's block. */
  const forWriting = (entry: Value, offset: number): boolean =>
    (entry.args.includes(cpu) ? (offset - layout.cpu.banks) % tlb.bankBytes : offset) >= tlb.write;

  /** Guest bytes that this value may be used for. */
  const hostOf = (host: Value): Host | undefined => {
    const known = hosts.get(host.id);
    if (known !== undefined) return known;
    if (host.op === "slow" && facts.get(host.id) === true) {
      const info = Number(host.args[2]!.note);
      return { size: info & ~accessForWrite, write: (info & accessForWrite) !== 0 };
    }
    if (host.op !== "i32.add") return undefined;
    const load = host.args.find(({ op }) => op === "i32.load");
    const wrapped = host.args.find(({ op }) => op === "i32.wrap_i64");
    const entry = load?.args[0];
    const address = wrapped?.args[0];
    if (entry === undefined || address === undefined || entryOf(entry) !== address) return undefined;
    const offset = Number(load!.note.split(" ")[0]);
    const tag = value("i64.load", [entry], `${offset - 8} ${load!.note.split(" ")[1]}`);
    for (const size of [16, 8, 4, 2, 1]) {
      const last = size === 1 ? address : value("i64.add", [address, value("const", [], String(size - 1))]);
      const compared = value("i64.eq", [tag, value("i64.or", [last, value("const", [], "4095")])]);
      if (facts.get(compared.id) === true) return { size, write: forWriting(entry, offset - 8) };
    }
    const reach = value("i64.load32_u", [entry], `${offset + 4} ${load!.note.split(" ")[1]}`);
    for (const [id, truth] of facts) {
      const { op, args } = numbered[id]!;
      if (truth || op !== "i64.ge_u" || args[1] !== reach) continue;
      const [end, start] = args[0]!.args as [Value, Value];
      if (args[0]!.op !== "i64.sub" || start !== tag || end.op !== "i64.add" || end.args[0] !== address)
        continue;
      return { size: Number(end.args[1]!.note) - (pageBytes - 2), write: forWriting(entry, offset - 8) };
    }
    return undefined;
  };

  const check = (address: Value, offset: number, bytes: number, store: boolean, token: Token): void => {
    const isRegister =
      address.op === "i32.add" &&
      address.args.includes(cpu) &&
      address.args.some(({ op, args }) => op === "i32.load16_u" && args[0]?.op === "slot");
    if (address === cpu && offset + bytes <= layout.cpu.banks) return;
    if (isRegister && offset <= 8) return;
    if (address.op === "slot" && !store && offset + bytes <= 32) return;
    if (entryOf(address) !== undefined && !store && offset + bytes <= layout.cpu.bytes) return;
    const inTables = offset >= layout.heat - (layout.slots >>> layout.heatShift) - layout.entryMapBytes;
    if (inTables && offset < layout.entryMaps + 2048 * layout.entryMapBytes && bytes === 2) return;
    const host = hostOf(address);
    if (host !== undefined && offset + bytes <= host.size && (host.write || !store)) return;
    problems.push(`${token.op} ${offset}: ${bytes} bytes at ${describe(address)} without a check`);
  };

  const die = (): void => {
    stack.length = top().height;
    top().dead = true;
  };
  let skipped = 0;
  for (const token of read.body) {
    const { op: spelled, args } = token;
    const op = respell(spelled);
    const opens = op === "block" || op === "loop" || op === "if";
    if (top().dead) {
      if (opens) skipped++;
      else if (op === "end" && skipped > 0) skipped--;
      if (opens || skipped > 0 || (op !== "end" && op !== "else")) continue;
    }
    if (opens) {
      const condition = op === "if" ? pop() : undefined;
      frames.push(frame(op, args.length));
      if (condition !== undefined) {
        top().other = where(condition, false);
        learn(condition, true);
      }
      if (op === "loop") {
        epoch++;
        facts.clear();
        for (let local = read.takes.length; local < localCount; local++) locals[local] = roleOf(local);
        for (let local = 1; local < read.takes.length; local++)
          if (!roles.slots.includes(local)) locals[local] = roleOf(local);
      }
    } else if (op === "else") {
      const open = top();
      if (open.results > 0) open.first = open.dead ? anything : hostOf(pop());
      if (!open.dead) open.states.push(now());
      go(open.other!);
      open.other = undefined;
      stack.length = open.height;
      open.dead = false;
    } else if (op === "end") {
      const open = top();
      const result = open.results > 0 && !open.dead ? pop() : undefined;
      const second = result === undefined ? anything : hostOf(result);
      if (!open.dead) open.states.push(now());
      if (open.other !== undefined) open.states.push(open.other);
      frames.pop();
      stack.length = open.height;
      if (frames.length === 0) break;
      if (open.states.length === 0) die();
      else go(join(open.states));
      if (open.results > 0) {
        const joined = unknown("joined");
        if (open.kind === "if" && open.first !== undefined && second !== undefined) {
          hosts.set(joined.id, {
            size: Math.min(open.first.size, second.size),
            write: open.first.write && second.write,
          });
        }
        stack.push(joined);
      }
    } else if (op === "local.get") {
      stack.push(locals[args[0] as number]!);
    } else if (op === "local.set" || op === "local.tee") {
      const local = args[0] as number;
      locals[local] = roles.slots.includes(local) ? value("slot", [], String(fresh++)) : pop();
      if (roles.slots.includes(local)) pop();
      if (op === "local.tee") stack.push(locals[local]!);
    } else if (op.endsWith(".const")) {
      stack.push(value("const", [], String(args[0])));
    } else if (/\.load/.test(op)) {
      const address = pop();
      check(address, args[0] as number, accessBytes(op), false, token);
      stack.push(value(op, [address], `${args[0]} ${epoch}`));
    } else if (/\.store/.test(op)) {
      pop();
      check(pop(), args[0] as number, accessBytes(op), true, token);
    } else if (op === "br_if") {
      const condition = pop();
      branch(args[0] as number, where(condition, true));
      learn(condition, false);
    } else if (op === "br" || op === "br_table") {
      for (const depth of args) branch(Number(depth), now());
      die();
    } else if (op === "return" || op === "unreachable") {
      die();
    } else if (op === "call" || op === "call_indirect") {
      const callee = op === "call" ? calledBy(module, args[0] as number) : module.types[args[0] as number];
      if (callee === undefined) {
        problems.push(`${op} ${args[0]}: no such function`);
        break;
      }
      if (op === "call_indirect") pop();
      const given = callee.takes.map(() => pop()).reverse();
      const isSlow = op === "call" && args[0] === roles.access;
      // Helpers and flags are pure; everything else may fill or empty the TLB.
      if (op === "call_indirect" || (args[0] as number) < importedEngine(module)) epoch++;
      const isRecord = op === "call" && args[0] === roles.cross;
      const result = isSlow ? "slow" : isRecord ? "slot" : "called";
      for (const _ of callee.gives) stack.push(value(result, given, String(fresh++)));
    } else if (op === "return_call_indirect") {
      const callee = module.types[args[0] as number];
      if (callee === undefined) problems.push(`${op} ${args[0]}: no such type`);
      pop();
      for (const _ of callee?.takes ?? []) pop();
      die();
    } else if (op === "drop") {
      pop();
    } else if (op === "select") {
      for (let count = 0; count < 3; count++) pop();
      stack.push(unknown("selected"));
    } else {
      const takes = operators.get(op) ?? (op in laneOpcodes ? (op.includes("extract") ? 1 : 2) : undefined);
      if (takes === undefined) {
        problems.push(`${spelled} is nothing that the engine means to write`);
        break;
      }
      const operands = Array.from({ length: takes }, pop).reverse();
      stack.push(value(op, operands, args.join(" ")));
    }
  }
  return problems;
}

const describe = ({ op, args, note }: Value): string =>
  args.length === 0 ? `${op} ${note}` : `${op}(${args.map(({ op: inner }) => inner).join(", ")})`;

const importedFunctions = (module: ReadModule) => module.imports.filter(({ kind }) => kind === "func");
/** Imports from "engine" come first. */
const importedEngine = (module: ReadModule): number =>
  importedFunctions(module).filter(({ module: from }) => from === "engine").length;

function calledBy(module: ReadModule, index: number): { takes: string[]; gives: string[] } | undefined {
  const imported = importedFunctions(module);
  return index < imported.length ? imported[index] : module.functions[index - imported.length];
}
