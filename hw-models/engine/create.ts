/** Makes an engine: memory, tier 1, CPUs, and the loop around the generated code. */
import type { Isa } from "../isa/isa.ts";
import { Instance, Module, reserve, type Table } from "../wasm/webassembly.ts";
import { EngineCpu, type Shared } from "./cpu.ts";
import { Crossings } from "./crossings.ts";
import type { Engine, EngineRequest, Stop } from "./engine.ts";
import { hostImports } from "./hosts.ts";
import { type Interpreter, writeInterpreter, writeSupplement } from "./interpreter.ts";
import { layout, pageBytes, tlb } from "./layout.ts";
import { Physical } from "./physical.ts";
import { loadEngine, saveEngine } from "./saved.ts";
import { Slots } from "./slots.ts";
import { readStatistics, slowCounts } from "./statistics.ts";
import { Translator } from "./translator/translator.ts";

/** The generated code is left now and then, so that V8 can replace it by better code. Deterministic all the same. */
const sliceInstructions = 1 << 19;

/** When pages are translated. "translator" is for tests: at the first arrival. */
const policies = {
  interpreter: { mask: 0, match: 1, quantum: 1, pageHeat: () => 1, whole: false },
  translator: { mask: 0xffff, match: 1, quantum: 1, pageHeat: () => 1, whole: true },
  auto: { mask: 255, match: 0, quantum: 256, pageHeat: heatWorthUnit, whole: false },
} as const;

/**
 * The first units cost ten times what later ones do, because V8 interprets the translator then, and a short run must not
 * pay for what it will not need. How long a run will be shows in how long it has been: before 96 million instructions
 * (bundling a small library takes 57 to 70) only loops that are hot by themselves are worth a unit.
 */
function heatWorthUnit(executed: number): number {
  return Math.max(524_288 / 2 ** Math.max(Math.floor(executed / 32e6) - 2, 0), 8_192);
}

type Compiled = Interpreter & { readonly module: object; supplement(instruction: number): object };
/** By the rows: a machine may wrap an ISA to listen to its traps. With and without statistics. */
const compiled = [
  new WeakMap<Isa["instructions"], Compiled>(),
  new WeakMap<Isa["instructions"], Compiled>(),
] as const;

/** The interpreter of an ISA, made once. */
export function interpreterOf(isa: Isa, counts = false): Compiled {
  const known = compiled[counts ? 1 : 0].get(isa.instructions);
  if (known !== undefined) return known;
  const written = writeInterpreter(isa, counts);
  const supplements: object[] = [];
  const made = {
    ...written,
    module: new Module(written.bytes),
    supplement(instruction: number): object {
      supplements[instruction] ??= new Module(writeSupplement(isa, isa.instructions[instruction]!));
      return supplements[instruction];
    },
  };
  compiled[counts ? 1 : 0].set(isa.instructions, made);
  return made;
}

export function createEngine(request: EngineRequest): Engine {
  const { isa } = request;
  if (request.ramBytes % pageBytes !== 0) throw new Error("RAM is not whole pages");
  const interpreter = interpreterOf(isa, request.statistics);
  const slow = slowCounts();
  const places = layout(isa, request.cpus, request.ramBytes);
  const memory = reserve(places.memoryPages);
  const physical = new Physical(memory.buffer, places, request.ramBase, request.deviceAt);
  physical.bytes.fill(0xff, places.ones, places.ones + pageBytes);

  const cpus: EngineCpu[] = [];
  const flushFetches = (): void => {
    slow.fetchFlushes++;
    for (const cpu of cpus) cpu.tlb.flush(tlb.fetch);
  };
  const slots = new Slots(isa, interpreter, places, physical.view, slow, (guestPage) => {
    flushFetches();
    if (guestPage === undefined) {
      slow.forgottenAll++;
      // Pages of slots are given to other pages: no instruction that crosses may be known by their addresses.
      crossings.forget();
      shared.translator?.forgetAll();
    } else shared.translator?.forget(guestPage);
  });
  const crossings = new Crossings(isa, places, slots, physical.bytes);
  const writeMapped = new Uint8Array(request.ramBytes / pageBytes + 1);
  const shared: Shared = {
    isa,
    physical,
    slots,
    crossings,
    customs: Object.values(isa.customs),
    writeMapped,
    translator: undefined,
    slow,
    flushWrites: () => {
      slow.writeFlushes++;
      for (const cpu of cpus) cpu.tlb.flush(tlb.write);
      writeMapped.fill(0);
    },
    timeNs: (index, executed) => request.timeNs(index, executed),
    flag: (address, name) => flagOf(address, name),
  };
  for (let index = 0; index < request.cpus; index++) {
    cpus.push(new EngineCpu(shared, index, request.platform(index)));
  }

  let current = cpus[0]!;
  const engineImports = {
    memory,
    access: (low: number, high: number, info: number) => current.accesses.access(low, high, info),
    store: (low: number, high: number, size: number) => current.accesses.store(low, high, size),
    commit: () => current.accesses.commit(),
    trap: (cause: number, low: number, high: number) => current.trapStatement(cause, low, high),
    custom: (index: number) => current.custom(index),
    fetch: () => current.fetching.fetch(),
    decode: (slot: number) => current.fetching.decode(slot),
    cross: (slot: number) => current.fetching.cross(slot),
    translate: (slot: number) => current.fetching.translate(slot),
    supply: (number: number) => supply(number),
  };
  const instance = new Instance(interpreter.module, {
    engine: engineImports,
    host: hostImports(isa, physical.bytes, () => current.address + places.cpu.vectors),
  });
  const exports = instance.exports as Record<string, (cpu: number) => number>;
  const table = instance.exports.table as Table;
  /** Puts an instruction's function out of line into the table, for both of its handler numbers. */
  function supply(number: number): void {
    const instruction = interpreter.instructionOf(number);
    const imports = { engine: engineImports, interpreter: instance.exports };
    const { handler } = new Instance(interpreter.supplement(instruction), imports).exports;
    table.set(interpreter.outOfLine + instruction, handler);
    if (interpreter.inline[instruction] !== 0) table.set(interpreter.inline[instruction]!, handler);
  }
  const tier = request.tier ?? "auto";
  const policy = policies[tier];
  if (tier !== "interpreter") {
    const executed = () => cpus.reduce((sum, { instructions }) => sum + instructions, 0);
    const source = { isa, interpreter, layout: places, slots, crossings, view: physical.view, slow };
    shared.translator = new Translator(
      source,
      memory,
      exports,
      policy,
      executed,
      flushFetches,
      (page, unit) => {
        for (const cpu of cpus) cpu.tlb.setUnit(page, unit);
      },
    );
  }
  for (const { address } of cpus) {
    physical.view.setInt32(address + places.cpu.heatMask, policy.mask, true);
    physical.view.setInt32(address + places.cpu.heatMatch, policy.match, true);
  }
  const flagOf = (address: number, name: string): number => {
    const flag = exports[`flag ${name}`];
    if (flag === undefined) throw new Error(`${isa.name} has no flag ${name}`);
    return flag(address);
  };
  let running = false;
  let attention = false;

  for (const cpu of cpus) {
    isa.reset(cpu);
    cpu.refreshMode();
  }

  /** Runs one slice, if no interrupt comes first that ends it; the fuel that is left. */
  function slice(cpu: EngineCpu, instructions: number): number {
    cpu.cut = 0;
    cpu.slice = instructions;
    cpu.fuel = instructions;
    cpu.inside = false;
    cpu.takeInterrupt();
    exports.run!(cpu.address);
    cpu.inside = false;
    const left = cpu.fuel + cpu.cut;
    cpu.finished += instructions - left;
    cpu.slice = cpu.cut = cpu.fuel = 0;
    return left;
  }

  function run(index: number, budget: number): { stop: Stop; executed: number } {
    const cpu = cpus[index]!;
    current = cpu;
    attention = false;
    running = cpu.running = true;
    cpu.runStart = cpu.finished;
    cpu.refreshMode();
    let left = budget;
    let stop: Stop = "budget";
    while (left > 0) {
      if (cpu.waiting && !isa.wakes(cpu)) {
        stop = "waiting";
        break;
      }
      cpu.waiting = false;
      const part = Math.min(left, sliceInstructions);
      left -= part - slice(cpu, part);
      if (!attention) continue;
      stop = "attention";
      break;
    }
    running = cpu.running = false;
    cpu.account();
    return { stop, executed: budget - left };
  }

  const engine: Engine = {
    cpus,
    ram: physical.ram,
    run,
    interrupt() {
      if (!running) return;
      attention = true;
      current.interrupt();
    },
    wrote(address, bytes) {
      for (let at = address; at < address + bytes; at = at - (at % pageBytes) + pageBytes) {
        const page = physical.guestPage(at);
        if (page < 0 || !slots.hasCode(page)) continue;
        const offset = at % pageBytes;
        if (slots.wrote(page, offset, Math.min(address + bytes - at, pageBytes - offset))) crossings.forget();
      }
    },
    counts: (index) => ({ total: cpus[index]!.instructions, user: cpus[index]!.user }),
    statistics: () => readStatistics(isa, interpreter, physical.view, slow, request.statistics === true),
    save: () => saveEngine(cpus, physical),
    load(saved) {
      loadEngine(saved, cpus, physical);
      slots.forgetAll();
      crossings.forget();
      writeMapped.fill(0);
      for (const cpu of cpus) {
        cpu.tlb.flushAll();
        cpu.refreshMode();
      }
    },
  };
  return engine;
}
