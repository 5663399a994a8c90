/**
 * A machine, whichever: engine, scheduler, devices and what comes from outside. Everything that may make two runs differ
 * is in the request, or goes in by `input`, which is remembered with its round: the same request and the same inputs are
 * the same run, bit for bit.
 */
import type { AccessSize } from "../devices/access.ts";
import type { Clock, Dma, Json } from "../devices/device.ts";
import type { Ending } from "../devices/ending.ts";
import { createEngine } from "../engine/create.ts";
import type { Engine } from "../engine/engine.ts";
import type { Statistics } from "../engine/statistics.ts";
import type { Cpu, CpuPlatform } from "../isa/cpu.ts";
import type { Isa } from "../isa/isa.ts";
import { type Board, type BoardRequest, devicesOf } from "./board.ts";
import { memoryBus, portBus } from "./bus.ts";
import { disassembler } from "./disassembly.ts";
import { peek } from "./peek.ts";
import { type Limit, type Pause, type SchedulerState, scheduler } from "./scheduler.ts";

/** Bytes for the console, and the round before which they came. */
export type Input = { readonly round: number; readonly timeNs: number; readonly bytes: Uint8Array };

/** What a listener to calls is shown: registers by name, memory as the program sees it. */
export type Caller = {
  readonly cpu: number;
  register(name: string): bigint;
  /** As many bytes as can be read there. */
  read(address: bigint, bytes: number): Uint8Array;
};
/** Hears of every call that a program makes of its kernel, and of every return to a program. */
export type CallListener = { call(caller: Caller): void; returned(caller: Caller): void };

/** Everything that was executed without being an instruction, or touched without being there. */
export type Oddities = {
  readonly addresses: readonly number[];
  readonly ports: readonly number[];
  /** Addresses of illegal instructions, in program or kernel. */
  readonly instructions: readonly bigint[];
};

export type CoreRequest = Omit<
  BoardRequest,
  "scheduler" | "clock" | "dma" | "end" | "cpu" | "onConsole" | "onSecond"
> & {
  readonly isa: Isa;
  /** The exception that an unknown instruction raises. */
  readonly illegalInstruction: number;
  readonly makeBoard: (request: BoardRequest) => Board;
  readonly seed: number;
  readonly longestTurn?: number | undefined;
  readonly instructionsPerMicrosecond: number;
  readonly tier?: "interpreter" | "translator" | "auto";
  readonly statistics?: boolean;
  readonly onConsole: (bytes: Uint8Array) => void;
  readonly onSecond: (bytes: Uint8Array) => void;
  readonly calls?: CallListener | undefined;
  /** Gets every instruction before it is executed, as a line of assembly. Slow. */
  readonly onInstruction?: ((line: string) => void) | undefined;
  /** Inputs of an earlier run, to be given again at their rounds. */
  readonly replay?: readonly Input[];
};

export type Machine = {
  /** Runs until the limit, or until it ended, or until only input can wake it. Stops a little behind a limit. */
  run(limit?: Limit): Pause;
  /** Bytes for the console. `timeNs`: when they came, if the machine sleeps and its time is not that far. */
  input(bytes: Uint8Array, timeNs?: number): void;
  readonly inputs: readonly Input[];
  readonly ending: Ending | undefined;
  readonly timeNs: number;
  /** When something is scheduled next; Infinity: nothing is. */
  readonly nextEventNs: number;
  /** Instructions by CPU. */
  readonly counts: readonly { total: number; user: number }[];
  readonly oddities: Oddities;
  /** One line for each CPU: where it is and what it is about to do. */
  where(): string[];
  /** What the engine's tiers did: counts for tuning. */
  statistics(): Statistics;
  /** The guest's memory as it is between runs, to look at. */
  readonly ram: Readonly<Uint8Array>;
};

/** With what `index.ts` makes snapshots of. */
export type CoreMachine = Machine & {
  save(): SavedMachine;
  /** What a machine of the same request saved; this one must have been made without an image. */
  load(saved: SavedMachine): void;
};

/** All of a machine: what is small, and the engine with memory. */
export type SavedMachine = { readonly state: Json; readonly engine: Uint8Array };

/** Bytes as numbers: JSON has no others. */
type SavedBytes = { timeNs: number; bytes: number[] };
type SavedState = {
  scheduler: SchedulerState;
  board: Json;
  devices: [string, Json][];
  inputs: ({ round: number } & SavedBytes)[];
  arrived: SavedBytes[];
  /** What is still to come of an earlier run. */
  replay: ({ round: number } & SavedBytes)[];
  oddities: { addresses: number[]; ports: number[]; instructions: string[] };
};

const oddMost = 64;

export function makeMachine(request: CoreRequest): CoreMachine {
  const { cpus, memoryBytes } = request;
  const { onInstruction } = request;
  const schedule = scheduler({
    ...{ cpus, seed: request.seed, instructionsPerMicrosecond: request.instructionsPerMicrosecond },
    longestTurn: request.longestTurn,
    onInstruction: onInstruction && ((cpu) => onInstruction(`${cpu} ${place(engine.cpus[cpu]!)}`)),
  });
  const inputs: Input[] = [];
  let arrived: { bytes: Uint8Array; timeNs: number }[] = [];
  let replay = [...(request.replay ?? [])];
  let ending: Ending | undefined;
  let engine: Engine;
  let ranks = 0;

  const dma: Dma = {
    read(address, bytes) {
      const at = address - board.ramBase;
      return at >= 0 && at + bytes <= memoryBytes ? engine.ram.slice(at, at + bytes) : undefined;
    },
    write(address, bytes) {
      const at = address - board.ramBase;
      if (at < 0 || at + bytes.length > memoryBytes) return false;
      engine.ram.set(bytes, at);
      engine.wrote(address, bytes.length);
      return true;
    },
  };
  const end = (how: Ending) => {
    ending ??= how;
    schedule.end();
  };

  // Console bytes come one by one; they go out together.
  let line: number[] = [];
  const flush = () => {
    if (line.length === 0) return;
    const bytes = Uint8Array.from(line);
    line = [];
    request.onConsole(bytes);
  };
  const onConsole = (byte: number) => {
    line.push(byte);
    if (byte === 10 || line.length >= 4096) flush();
  };

  const board = request.makeBoard({
    ...request,
    scheduler: schedule,
    clock: (): Clock => schedule.events.clock(ranks++),
    ...{ dma, end, onConsole },
    cpu: (index) => engine.cpus[index]!,
  });
  const memory = memoryBus(board.memory);
  const ports = portBus(board.ports);
  const illegal = new Set<bigint>();
  const isa: Isa = {
    ...request.isa,
    enterTrap(cpu, cause, ...rest) {
      if (cause === request.illegalInstruction && illegal.size < oddMost) illegal.add(cpu.instructionPc);
      request.isa.enterTrap(cpu, cause, ...rest);
    },
  };

  const caller = (cpu: Cpu): Caller => ({
    cpu: cpu.index,
    register: (name) => board.register(cpu, name),
    read: (address, bytes) => peek(isa, cpu, address, bytes),
  });
  const { calls } = request;
  const platform = (index: number): CpuPlatform => ({
    ...board.cpu(index),
    readPort: (port: number, size: AccessSize) => ports.read(port, size),
    writePort: (port: number, size: AccessSize, value: number) => ports.write(port, size, value),
    shutdown: (reason) => end({ how: "shutdown", cpu: index, reason }),
    onCall: calls && ((cpu) => calls.call(caller(cpu))),
    onReturn: calls && ((cpu) => calls.returned(caller(cpu))),
  });

  engine = createEngine({
    ...{ isa, cpus, ramBase: board.ramBase, ramBytes: memoryBytes },
    deviceAt: memory.at,
    platform,
    timeNs: (_index, executed) => schedule.timeAt(executed),
    tier: request.tier ?? "auto",
    ...(request.statistics && { statistics: true }),
  });
  schedule.attach(engine, isa, (cpu) => board.turnEnded?.(engine.cpus[cpu]!));
  if (request.image !== undefined) board.start(engine);

  function give(bytes: Uint8Array, timeNs: number) {
    const { state, events } = schedule;
    // Asleep, time stands at the last event; it was later when the bytes came, but before the next event.
    if (timeNs > state.timeNs) state.timeNs = Math.min(timeNs, events.next());
    inputs.push({ round: state.round, timeNs: state.timeNs, bytes });
    board.console.receive(bytes);
  }

  function beforeRound() {
    while (replay[0] !== undefined && replay[0].round <= schedule.state.round) {
      const { bytes, timeNs } = replay.shift()!;
      give(bytes, timeNs);
    }
    for (const { bytes, timeNs } of arrived) give(bytes, timeNs);
    arrived = [];
  }

  const disassembled = disassembler(isa, (cpu) => board.register(cpu, "pc"));
  const place = (cpu: Cpu) => `0x${board.register(cpu, "pc").toString(16)}: ${disassembled(cpu)}`;

  function saved(): SavedState {
    return {
      scheduler: { ...schedule.state },
      board: board.save(),
      devices: devicesOf(board).map((device) => [device.name, device.save()]),
      inputs: inputs.map(({ round, timeNs, bytes }) => ({ round, timeNs, bytes: [...bytes] })),
      arrived: arrived.map(({ timeNs, bytes }) => ({ timeNs, bytes: [...bytes] })),
      replay: replay.map(({ round, timeNs, bytes }) => ({ round, timeNs, bytes: [...bytes] })),
      oddities: {
        addresses: [...memory.missed],
        ports: [...ports.missed],
        instructions: [...illegal].map(String),
      },
    };
  }

  return {
    run(limit = {}) {
      const pause = schedule.run(limit, beforeRound);
      flush();
      return pause;
    },
    input(bytes, timeNs = 0) {
      if (bytes.length > 0) arrived.push({ bytes: bytes.slice(), timeNs });
    },
    inputs,
    get ending() {
      return ending;
    },
    get timeNs() {
      return schedule.state.timeNs;
    },
    get nextEventNs() {
      return schedule.events.next();
    },
    get counts() {
      return engine.cpus.map((_, index) => engine.counts(index));
    },
    get oddities() {
      return { addresses: [...memory.missed], ports: [...ports.missed], instructions: [...illegal] };
    },
    where: () =>
      engine.cpus.map((cpu) => {
        if (schedule.state.parked[cpu.index]) return `CPU ${cpu.index}: off`;
        const mode = isa.isUser(isa.decodeMode(cpu)) ? "program" : "kernel";
        const waits = schedule.state.waiting[cpu.index] ? ", waiting" : "";
        return `CPU ${cpu.index}: ${mode}${waits} at ${place(cpu)}`;
      }),
    statistics: () => engine.statistics(),
    get ram() {
      return engine.ram;
    },
    save: () => ({ state: saved(), engine: engine.save() }),
    load({ state: json, engine: bytes }) {
      const state = json as SavedState;
      schedule.events.clear();
      engine.load(bytes);
      Object.assign(schedule.state, state.scheduler);
      board.load(state.board);
      const devices = new Map(state.devices);
      for (const device of devicesOf(board)) device.load(devices.get(device.name) ?? null);
      const inputOf = <T extends { bytes: number[] }>(one: T) => ({
        ...one,
        bytes: Uint8Array.from(one.bytes),
      });
      inputs.push(...state.inputs.map(inputOf));
      arrived = state.arrived.map(inputOf);
      replay = state.replay.map(inputOf);
      for (const address of state.oddities.addresses) memory.missed.add(address);
      for (const port of state.oddities.ports) ports.missed.add(port);
      for (const pc of state.oddities.instructions) illegal.add(BigInt(pc));
    },
  };
}
