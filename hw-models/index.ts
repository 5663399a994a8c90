/**
 * The public face of the machine model: create a machine, run it, look at what became of it. Runs in Node and in
 * browsers; nothing here or below (but `host/node.ts`) asks for either.
 *
 *     const made = await createMachine({ arch: "riscv64", image, onConsole: (bytes) => ... });
 *     if (made.refusal) throw new Error(made.refusal);
 *     while (made.machine.run({ instructions: 1e9 }) === "limit") ...
 */

import type { Json } from "./devices/device.ts";
import type { BoardRequest } from "./machines/board.ts";
import { refuseBzImage } from "./machines/boot-protocol.ts";
import {
  type CallListener,
  type CoreMachine,
  type CoreRequest,
  type Input,
  type Machine,
  makeMachine,
} from "./machines/machine.ts";
import {
  type Conditions,
  fromHex,
  type RunRecord,
  recordInput,
  replayInput,
  toHex,
} from "./record/run-record.ts";
import { sha256, sha256Hex } from "./record/sha256.ts";
import { layoutOf, otherVersion, type Snapshot, writeSnapshot } from "./record/snapshot.ts";
import { NoRoom } from "./wasm/webassembly.ts";

export type { Json } from "./devices/device.ts";
export type { Ending } from "./devices/ending.ts";
export type { Caller, CallListener, Input, Machine, Oddities } from "./machines/machine.ts";
export type { Limit, Pause } from "./machines/scheduler.ts";
export { type Conditions, fromHex, type RunRecord, toHex } from "./record/run-record.ts";
export { type Sha256State, sha256 } from "./record/sha256.ts";
export { readSnapshot, type Snapshot } from "./record/snapshot.ts";

export type MachineRequest = {
  readonly arch: "amd64" | "riscv64";
  readonly image: Uint8Array;
  readonly commandLine?: string;
  /** 1 to 8; 1 by default. */
  readonly cpus?: number;
  /** 256 MiB by default. */
  readonly memoryBytes?: number;
  /** Another seed is another order in which CPUs take turns. */
  readonly seed?: number;
  /**
   * The most instructions that one of several CPUs executes before it is another one's turn; 16,000 by default. Short turns
   * meet in more ways, and cost speed.
   */
  readonly longestTurn?: number;
  /** The time of day at power-on, in nanoseconds since 1970. By default 2026 begins. */
  readonly wallClockNs?: bigint;
  /** 32 bytes, from which all of the guest's random numbers come; made from `seed` by default. */
  readonly entropy?: Uint8Array;
  /** How fast its CPUs are in virtual time. 1000 by default. */
  readonly instructionsPerMicrosecond?: number;
  /** "auto" by default: what runs often is translated. A guest cannot tell the difference, only a clock can. */
  readonly tier?: "interpreter" | "translator" | "auto";
  /** Counts what the engine does, for `Machine.statistics`: slower, and the same run. */
  readonly statistics?: boolean;
  readonly onConsole?: (bytes: Uint8Array) => void;
  /** The second output: COM2 of the PC, the virtio console of "virt". */
  readonly onSecond?: (bytes: Uint8Array) => void;
  readonly calls?: CallListener;
  /** Gets every instruction before it is executed: CPU, address, assembly. Slow. */
  readonly onInstruction?: (line: string) => void;
  /** Inputs of an earlier run; `replayOf` takes them from its record. */
  readonly replay?: readonly Input[];
};

/** What a machine that goes on may be given anew: who listens, and how it is executed. */
export type ResumeRequest = Pick<
  MachineRequest,
  "tier" | "statistics" | "onConsole" | "onSecond" | "calls" | "onInstruction"
>;

export type RecordedMachine = Machine & {
  /** What this run depends on. */
  readonly conditions: Conditions;
  /** The whole machine, and what its host wants to find again: `readSnapshot`, `resumeMachine`. Between runs only. */
  save(host?: Json): Uint8Array;
  /** The record up to now; `calls`: the digest of their trace, if somebody made one. */
  record(calls?: RunRecord["calls"]): RunRecord;
};

export type Made =
  | { readonly machine: RecordedMachine; readonly refusal?: undefined }
  /** One sentence: what is wrong with the request. */
  | { readonly machine?: undefined; readonly refusal: string };

export const mostCpus = 8;
export const mostMemoryBytes = 3 * 2 ** 30;
export const leastMemoryBytes = 2 ** 23;
const page = 4096;
const newYear2026 = 1_767_225_600_000_000_000n;

/** 32 bytes that are different for each seed, and no secret. */
const entropyOf = (seed: number) => fromHex(sha256Hex(new TextEncoder().encode(`entropy of seed ${seed}`)))!;

function refuse(
  request: Required<Pick<MachineRequest, "cpus" | "memoryBytes" | "seed" | "entropy" | "commandLine">> &
    Omit<MachineRequest, "image">,
): string | undefined {
  const { cpus, memoryBytes, entropy, seed } = request;
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > mostCpus)
    return `a machine of the model has 1 to ${mostCpus} CPUs`;
  if (!Number.isInteger(seed)) return "a seed is a whole number";
  const turn = request.longestTurn ?? 1;
  if (!(Number.isInteger(turn) && turn >= 1 && turn <= 1e6))
    return "a turn has between 1 and a million instructions";
  if (entropy.length !== 32) return `entropy is 32 bytes, not ${entropy.length}`;
  const wanted = `${memoryBytes} bytes of memory`;
  if (!Number.isInteger(memoryBytes) || memoryBytes % page !== 0)
    return `${wanted} are not a whole number of pages`;
  if (memoryBytes > mostMemoryBytes) return `${wanted} are more than the model can have: ${mostMemoryBytes}`;
  if (memoryBytes < leastMemoryBytes)
    return `${wanted} are too little: a machine has at least ${leastMemoryBytes}`;
  const rate = request.instructionsPerMicrosecond ?? 1;
  if (!(rate > 0 && rate <= 1e6)) return "instructions per microsecond are between 0 and a million";
  if (request.commandLine.includes("\0")) return "a command line ends at its first NUL";
  return undefined;
}

type Arch = Pick<CoreRequest, "isa" | "illegalInstruction"> & {
  refuse(image: Uint8Array, memoryBytes: number, commandLine: string): string | undefined;
  makeBoard(request: BoardRequest): ReturnType<CoreRequest["makeBoard"]>;
};

/** Only the instruction set that is asked for is loaded. */
async function architecture(arch: "amd64" | "riscv64"): Promise<Arch> {
  if (arch === "riscv64") {
    const [{ riscv64 }, { refuseRiscv64Image, riscv64Virt }] = await Promise.all([
      import("./isa/riscv64/isa.ts"),
      import("./machines/riscv64-virt.ts"),
    ]);
    return { isa: riscv64, illegalInstruction: 2, refuse: refuseRiscv64Image, makeBoard: riscv64Virt };
  }
  const [{ amd64 }, { amd64Pc }] = await Promise.all([
    import("./isa/amd64/isa.ts"),
    import("./machines/amd64-pc.ts"),
  ]);
  return {
    isa: amd64,
    illegalInstruction: 6,
    refuse: refuseBzImage,
    makeBoard: (request) => amd64Pc(request, amd64),
  };
}

export async function createMachine(request: MachineRequest): Promise<Made> {
  return await make(request, undefined);
}

/** Goes on where a machine was saved, in whatever process: with the same input it is the same run. */
export async function resumeMachine(snapshot: Snapshot, request: ResumeRequest = {}): Promise<Made> {
  return await make({ ...request, ...conditionsOf(snapshot.conditions) }, snapshot);
}

async function make(
  request: Omit<MachineRequest, "image"> & { readonly image?: Uint8Array },
  from: Snapshot | undefined,
): Promise<Made> {
  const { seed = 1, cpus = 1, memoryBytes = 2 ** 28, commandLine = "", image } = request;
  const { entropy = entropyOf(seed), wallClockNs = newYear2026, instructionsPerMicrosecond = 1000 } = request;
  const all = {
    ...request,
    image,
    seed,
    cpus,
    memoryBytes,
    commandLine,
    entropy,
    instructionsPerMicrosecond,
  };
  const wrong = refuse(all);
  if (wrong !== undefined) return { refusal: wrong };
  const arch = await architecture(request.arch);
  const refusal = image && arch.refuse(image, memoryBytes, commandLine);
  if (refusal !== undefined) return { refusal };
  const layout = layoutOf(arch.isa);
  if (from !== undefined && from.layout !== layout) return { refusal: otherVersion };

  const console = sha256(from?.console);
  const core = withinRoom({
    ...all,
    ...arch,
    wallClock: { seconds: Number(wallClockNs / 1_000_000_000n), ns: Number(wallClockNs % 1_000_000_000n) },
    onConsole(bytes) {
      console.update(bytes);
      request.onConsole?.(bytes);
    },
    onSecond: (bytes) => request.onSecond?.(bytes),
  });
  if (core === undefined) return { refusal: `the host has no room for ${memoryBytes} bytes of memory` };
  if (from !== undefined) core.load(from.machine);

  const conditions: Conditions = {
    machine: request.arch,
    ...{ cpus, memoryBytes, commandLine, seed, instructionsPerMicrosecond },
    ...(request.longestTurn !== undefined && { longestTurn: request.longestTurn }),
    wallClockNs: `${wallClockNs}`,
    entropy: toHex(entropy),
  };
  let digest = from?.image;
  const imageDigest = () => {
    digest ??= { bytes: image!.length, sha256: sha256Hex(image!) };
    return digest;
  };
  const record = (calls?: RunRecord["calls"]): RunRecord => ({
    format: "catkernel run 1",
    ...conditions,
    image: imageDigest(),
    inputs: core.inputs.map(recordInput),
    ending: core.ending ?? null,
    timeNs: core.timeNs,
    instructions: core.counts.map(({ total, user }) => ({ total, user, kernel: total - user })),
    console: { bytes: console.save().total, sha256: console.hex() },
    ...(calls && { calls }),
    unknown: {
      addresses: core.oddities.addresses.map(hex),
      ports: core.oddities.ports.map(hex),
      instructions: core.oddities.instructions.map(hex),
    },
  });
  const saveCore = core.save;
  const save = (host: Json = null) =>
    writeSnapshot({
      conditions,
      layout,
      image: imageDigest(),
      console: console.save(),
      host,
      machine: saveCore(),
    });
  const machine: Machine = core;
  return { machine: Object.assign(machine, { conditions, record, save }) };
}

/** undefined: the host has no memory for it. */
function withinRoom(request: CoreRequest): CoreMachine | undefined {
  try {
    return makeMachine(request);
  } catch (error) {
    if (error instanceof NoRoom) return undefined;
    throw error;
  }
}

const hex = (value: number | bigint) => `0x${value.toString(16)}`;

function conditionsOf(conditions: Conditions) {
  const { machine, cpus, memoryBytes, commandLine, seed, longestTurn, instructionsPerMicrosecond } =
    conditions;
  return {
    ...{ arch: machine, cpus, memoryBytes, commandLine, seed, instructionsPerMicrosecond },
    ...(longestTurn !== undefined && { longestTurn }),
    wallClockNs: BigInt(conditions.wallClockNs),
    entropy: fromHex(conditions.entropy) ?? new Uint8Array(),
  };
}

/** The request that repeats a recorded run with the same image. */
export function replayOf(record: RunRecord, image: Uint8Array): MachineRequest {
  return { ...conditionsOf(record), image, replay: record.inputs.map(replayInput) };
}
