/**
 * What both tiers write, read back by others' readers: every module imports and exports what it should, uses no
 * instruction but those we mean to write, touches guest memory only behind its TLB check and repeats nothing without
 * looking at the budget. Vector instructions and saturating conversions are beyond @webassemblyjs/wasm-parser; modules
 * with them are read by wabt.
 *
 * Long because the second reader is shown, for each thing that it watches, a module in which that thing is missing.
 */
import test from "ava";
import { amd64 } from "../isa/amd64/isa.ts";
import { emptyDecoded, type Instruction, type Isa } from "../isa/isa.ts";
import { riscv64 } from "../isa/riscv64/isa.ts";
import type { Statement } from "../meaning/statement.ts";
import { checkFunction } from "./check-module.ts";
import { writeInterpreter, writeSupplement } from "./interpreter.ts";
import { slowPaths } from "./interpreter-context.ts";
import { layout, tlb } from "./layout.ts";
import { type ReadModule, readModule, type Token } from "./read-module.ts";
import { toyIsa } from "./toy-isa.ts";
import { flowOf } from "./translator/flow.ts";
import type { Block, Placed } from "./translator/page.ts";
import { unitParameters } from "./translator/signature.ts";
import { writeUnit } from "./translator/translator.ts";
import { flagHelpers } from "./translator/uses.ts";

const isas: readonly Isa[] = [riscv64, amd64];
const line = ({ op, args }: Token): string => [op, ...args].join(" ");
const lines = (body: readonly Token[]): string[] => body.map(line);
const functionImports = (module: ReadModule) => module.imports.filter(({ kind }) => kind === "func");

/** Every import is one of those that the engine gives, with its signature. */
function strangeImports(module: ReadModule, isa: Isa): string[] {
  const strange: string[] = [];
  for (const { module: from, name, kind, takes, gives } of module.imports) {
    const found = `${from} ${name} ${kind} (${takes}) (${gives})`;
    const slow = slowPaths[name as keyof typeof slowPaths];
    const helper = isa.helpers[name.replace(/^helper /, "")];
    const expected =
      from === "engine" && name === "memory"
        ? "engine memory memory () ()"
        : from === "interpreter" && name === "table"
          ? "interpreter table table () ()"
          : from === "engine" && slow
            ? `engine ${name} func (${slow[0]}) (${slow[1]})`
            : from === "interpreter" && name.startsWith("flag ")
              ? `interpreter ${name} func (i32) (i32)`
              : from === "interpreter" && helper
                ? `interpreter ${name} func (${["i32", ...helper.takes]}) (${helper.gives})`
                : from === "host" && helper?.host
                  ? found
                  : "nothing";
    if (found !== expected) strange.push(found);
  }
  return strange;
}

/** The function that a module exports, and its number in the list. */
function exported(module: ReadModule, name: string) {
  const index = module.exports.find((each) => each.name === name)!.index;
  return module.functions[index - functionImports(module).length]!;
}

for (const isa of isas) {
  const places = layout(isa, 1, 1 << 20);

  test(`every function out of line of ${isa.name} checks what it touches`, (t) => {
    const readers = { "wasm-parser": 0, wabt: 0 };
    for (let index = 0; index < isa.instructions.length; index += 9) {
      const instruction = isa.instructions[index]!;
      const module = readModule(writeSupplement(isa, instruction));
      readers[module.reader]++;
      t.deepEqual(
        module.exports.map(({ name, kind }) => [name, kind]),
        [["handler", "func"]],
      );
      t.deepEqual(strangeImports(module, isa), []);
      const handler = exported(module, "handler");
      t.deepEqual([handler.takes, handler.gives], [["i32", "i32", "i32"], ["i32"]]);
      t.false(
        handler.body.some(({ op }) => op === "loop"),
        instruction.name,
      );
      const roles = { slots: [1], banks: [2], access: 0 };
      t.deepEqual(checkFunction(module, handler, places, roles), [], instruction.name);
    }
    t.true(readers["wasm-parser"] > readers.wabt);
  });

  test(`the interpreter of ${isa.name} checks what it touches and looks at its fuel`, (t) => {
    const module = readModule(writeInterpreter(isa).bytes);
    t.deepEqual(strangeImports(module, isa), []);
    const names = module.exports.map(({ name }) => name.replace(/^(flag|helper) .*/, "$1"));
    t.deepEqual(
      [...new Set(names)].sort(),
      isa.flagCells ? ["flag", "helper", "run", "table"] : ["helper", "run", "table"],
    );
    const run = exported(module, "run");
    const cross = functionImports(module).findIndex(({ name }) => name === "cross");
    t.deepEqual([run.takes, run.gives], [["i32"], []]);
    t.deepEqual(checkFunction(module, run, places, { slots: [1], banks: [3], cross }), []);
    const code = lines(run.body);
    const loops = code.flatMap((text, index) => (text === "loop" ? [index] : []));
    t.is(loops.length, 4, "reload, target, the chain of units, next");
    const [reload, target, chain, next] = loops as [number, number, number, number];
    const fuelCell = `i32.load ${places.cpu.fuel}`;
    t.deepEqual(code.slice(reload + 1, reload + 7), [
      "local.get 0",
      fuelCell,
      "local.tee 4",
      "i32.eqz",
      "if",
      "return",
    ]);
    t.deepEqual(code.slice(next + 1, next + 4), ["local.get 4", "i32.eqz", "br_if 3"]);
    // The chain of units repeats a call; the units look at the fuel.
    const end = code.indexOf("end", code.indexOf("br_if 0", chain));
    t.true(code.slice(chain, end).some((text) => text.startsWith("call_indirect")));
    t.true(target < chain && chain < next);
  });

  test(`flags and helpers of ${isa.name} touch nothing but the CPU's block`, (t) => {
    const module = readModule(writeInterpreter(isa).bytes);
    for (const { name } of module.exports) {
      if (!/^(flag|helper) /.test(name)) continue;
      const read = exported(module, name);
      t.false(
        read.body.some(({ op }) => op === "loop"),
        name,
      );
      t.deepEqual(checkFunction(module, read, places, { slots: [], banks: [] }), [], name);
    }
  });
}

/** Every row once, in a page's order, with operands anywhere; a block ends where its last row says so. */
function blocksOf(isa: Isa, instructions: readonly Instruction[]): Block[] {
  const blocks: Block[] = [];
  let placed: Placed[] = [];
  let offset = 0;
  const close = () => {
    const first = placed[0];
    if (first !== undefined) blocks.push({ offset: first.offset, placed, end: offset });
    placed = [];
  };
  for (const [index, instruction] of instructions.entries()) {
    const registers = { r0: 64, r1: 72, r2: 80, r3: 88, base: 96, index: 104, scale: 3 };
    const rest = { segment: index % 2 === 0 ? 0 : 112, displacement: 16, immediate: -8, immediateHigh: -1 };
    const decoded = { instruction: isa.instructions.indexOf(instruction), length: 4, ...registers, ...rest };
    placed.push({ offset, instruction, decoded });
    offset += 4;
    if (instruction.flow !== undefined || !flowOf(instruction).falls || placed.length === 7) close();
  }
  close();
  return blocks;
}

for (const isa of [...isas, toyIsa(true)]) {
  const label = isas.includes(isa) ? isa.name : "the toy";
  test(`units with the rows of ${label} check what they touch and take the fuel of every block`, (t) => {
    const places = layout(isa, 1, 1 << 20);
    const mode = 1;
    for (let first = 0; first < isa.instructions.length; first += 150) {
      const blocks = blocksOf(isa, isa.instructions.slice(first, first + 50));
      // Alone, and going on in other units by itself.
      const others = first % 300 === 0 ? undefined : 4000;
      const bytes = writeUnit(isa, blocks, mode, places.entryMaps, flagHelpers(isa), others);
      const module = readModule(bytes);
      t.deepEqual(strangeImports(module, isa), []);
      t.deepEqual(
        module.exports.map(({ name, kind }) => [name, kind]),
        [["unit", "func"]],
      );
      const unit = exported(module, "unit");
      t.deepEqual([unit.takes, unit.gives], [[...unitParameters], ["i32"]]);
      t.deepEqual(checkFunction(module, unit, places, { slots: [], banks: [] }), []);
      const code = lines(unit.body);
      // Loops but the outermost one, of the table, look at the fuel each time.
      const repeated = code.flatMap((text, at) =>
        text === "loop" && at > 0 ? [code.slice(at + 2, at + 5)] : [],
      );
      for (const [fuel, , compare] of repeated) t.deepEqual([fuel, compare], ["local.get 3", "i32.lt_s"]);
      const hops = code.filter((text) => text.startsWith("return_call_indirect")).length;
      t.is(hops, others === undefined ? 0 : 2, "for jumps that are known and those that are computed");
      // Every arm begins with a look at the fuel; the table has an arm for each block and nothing else.
      const table = unit.body.find(({ op }) => op === "br_table")!;
      t.is(table.args.length, blocks.length + 1);
      const text = code.join(";");
      const taken = blocks.filter(({ offset, placed }) =>
        text.includes(
          [`i32.const ${offset}`, "local.get 3", `i32.const ${placed.length}`, "i32.lt_s", "br_if"].join(";"),
        ),
      );
      t.is(taken.length, blocks.length);
      // Wherever an arm goes on, it has taken the fuel of its instructions.
      const going = blocks.filter(({ placed }) => {
        const { falls, targets } = flowOf(placed.at(-1)!.instruction);
        return (falls && placed.at(-1)!.instruction.flow !== "fence") || targets.length > 0;
      });
      const takes = text.match(/local\.get 3;i32\.const \d+;i32\.sub;local\.set 3/g) ?? [];
      t.true(takes.length >= going.length);
    }
  });
}

const roles = { slots: [], banks: [] };
const wideToy = toyIsa(true);
/** The unit of blocks of the toy, and how many accesses of it are strange when one kind of token is another. */
function unitOf(blocks: readonly Block[]): (from: string, to: Token) => number {
  const places = layout(wideToy, 1, 1 << 20);
  const module = readModule(writeUnit(wideToy, blocks, 1, places.entryMaps, flagHelpers(wideToy)));
  const unit = exported(module, "unit");
  return (from, to) => {
    const body = unit.body.map((token) => (line(token) === from || token.op === from ? to : token));
    return checkFunction(module, { ...unit, body }, places, roles).length;
  };
}
const toyRows = (...wanted: string[]) => wideToy.instructions.filter(({ name }) => wanted.includes(name));
const nop = { op: "nop?", args: [] };

test("the reader would notice a check that does not fit its access", (t) => {
  // The second row's operand has a segment: an access that is checked alone.
  const changed = unitOf(blocksOf(wideToy, toyRows("ld", "memory load")));
  t.is(changed("nothing", nop), 0);
  t.is(changed("i64.const 4095", { op: "i64.const", args: ["8191"] }), 1);
  t.is(changed("i64.const 7", { op: "i64.const", args: ["3"] }), 1);
  t.is(changed("br_if", { op: "drop", args: [] }), 2);
});

test("the reader would notice a check that does not fit all accesses that share it", (t) => {
  const changed = unitOf(blocksOf(wideToy, toyRows("ld", "sd")));
  t.is(changed("nothing", nop), 0);
  t.is(changed("i64.const 4102", { op: "i64.const", args: ["4101"] }), 2);
  t.is(changed("i64.ge_u", { op: "i64.lt_u", args: [] }), 2);
  t.is(changed("br_if", { op: "drop", args: [] }), 2);
  // It is the bank for writing that is asked.
  const bank = layout(wideToy, 1, 1 << 20).cpu.banks + tlb.bankBytes + tlb.write;
  t.is(changed(`i64.load ${bank}`, { op: "i64.load", args: [bank - tlb.write] }), 2);
});

test("the reader would notice that an inner block relies on a check that is not done", (t) => {
  // The inner block goes on with the check of the same bytes.
  const load = blocksOf(wideToy, toyRows("ld"))[0]!;
  const again = { ...load, offset: 8, end: 12, after: 0, placed: [{ ...load.placed[0]!, offset: 8 }] };
  const head = { ...load, end: 8 };
  const changed = unitOf([head, again]);
  t.is(changed("nothing", nop), 0);
  t.is(changed("br_if", { op: "drop", args: [] }), 2);
});

test("a block that goes back to itself is a loop that looks at the fuel each time", (t) => {
  const [row] = toyRows("beq");
  const decoded = { ...emptyDecoded(), instruction: wideToy.instructions.indexOf(row!), length: 4 };
  const placed = [{ offset: 0, instruction: row!, decoded: { ...decoded, r0: 80, r1: 72 } }];
  const places = layout(wideToy, 1, 1 << 20);
  const blocks = [{ offset: 0, placed, end: 4 }];
  const module = readModule(writeUnit(wideToy, blocks, 1, places.entryMaps, new Set()));
  const unit = exported(module, "unit");
  const code = lines(unit.body);
  const repeated = code.lastIndexOf("loop");
  // Its registers are loaded before it, and stay.
  t.deepEqual(code.filter((text) => text.startsWith("i64.load")).sort(), ["i64.load 72", "i64.load 80"]);
  t.true(
    code.findLastIndex((text) => text.startsWith("i64.load")) < repeated && code.indexOf("loop") < repeated,
  );
  t.deepEqual(code.slice(repeated + 1, repeated + 5), [
    "i32.const 0",
    "local.get 3",
    "i32.const 1",
    "i32.lt_s",
  ]);
  t.deepEqual(checkFunction(module, unit, places, roles), []);
});

test("rows that jump say so: a block takes its fuel for all its instructions", (t) => {
  for (const { instructions } of isas) {
    const silent = instructions.filter((row) => row.flow === undefined && flowOf(row).targets.length > 0);
    t.deepEqual(
      silent.map(({ name }) => name),
      [],
    );
  }
});

test("rows whose custom or trap follows a change are fences: nothing else may be begun anew", (t) => {
  const changes = new Set(["set", "put", "store", "flags"]);
  /** Whether the state may have changed at the end; `found` is told of a custom or a trap behind a change. */
  const walk = (list: readonly Statement[], before: boolean, found: () => void): boolean => {
    let changed = before;
    for (const statement of list) {
      if (statement.do === "if") {
        const then = walk(statement.then, changed, found);
        changed = walk(statement.else, changed, found) || then;
      } else if (changes.has(statement.do)) changed = true;
      else if (changed && (statement.do === "custom" || statement.do === "trap")) found();
    }
    return changed;
  };
  for (const { instructions } of isas) {
    const late = new Set<string>();
    for (const { name, flow, meaning } of instructions)
      if (flow !== "fence") walk(meaning, false, () => late.add(name));
    t.deepEqual([...late], []);
  }
});
