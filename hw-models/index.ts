/**
 * The public face of the machine model: create a machine, run it, look at what became of it. Runs in Node and in
 * browsers; nothing here or below (but `host/node.ts`) asks for either.
 *
 *     const made = await createMachine({ arch: "riscv64", image, onConsole: (bytes) => ... });
 *     if (made.refusal) throw new Error(made.refusal);
 *     while (made.machine.run({ instructions: 1e9 }) === "limit") ...
 */
import type { BoardRequest } from "./machines/board.ts";
import { refuseBzImage } from "./machines/boot-protocol.ts";
import {
  type CallListener,
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

export type { Ending } from "./devices/ending.ts";
export type { Caller, CallListener, Input, Machine, Oddities } from "./machines/machine.ts";
export type { Limit, Pause } from "./machines/scheduler.ts";
export { type Conditions, fromHex, type RunRecord, toHex } from "./record/run-record.ts";

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
  /** The time of day at power-on, in nanoseconds since 1970. By default 2026 begins. */
  readonly wallClockNs?: bigint;
  /** 32 bytes, from which all of the guest's random numbers come; made from `seed` by default. */
  readonly entropy?: Uint8Array;
  /** How fast its CPUs are in virtual time. 1000 by default. */
  readonly instructionsPerMicrosecond?: number;
  /**
   * "interpreter" by default. "auto" translates what runs often, which makes runs of many seconds several times faster;
   * it is younger, and has been compared with the interpreter over few of them.
   */
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

export type RecordedMachine = Machine & {
  /** What this run depends on. */
  readonly conditions: Conditions;
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
    MachineRequest,
): string | undefined {
  const { cpus, memoryBytes, entropy, seed } = request;
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > mostCpus)
    return `a machine of the model has 1 to ${mostCpus} CPUs`;
  if (!Number.isInteger(seed)) return "a seed is a whole number";
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
  const { seed = 1, cpus = 1, memoryBytes = 2 ** 28, commandLine = "" } = request;
  const { entropy = entropyOf(seed), wallClockNs = newYear2026, instructionsPerMicrosecond = 1000 } = request;
  const all = { ...request, seed, cpus, memoryBytes, commandLine, entropy, instructionsPerMicrosecond };
  const wrong = refuse(all);
  if (wrong !== undefined) return { refusal: wrong };
  const arch = await architecture(request.arch);
  const refusal = arch.refuse(request.image, memoryBytes, commandLine);
  if (refusal !== undefined) return { refusal };

  const console = sha256();
  let consoleBytes = 0;
  const machine = makeMachine({
    ...all,
    ...arch,
    wallClock: { seconds: Number(wallClockNs / 1_000_000_000n), ns: Number(wallClockNs % 1_000_000_000n) },
    onConsole(bytes) {
      console.update(bytes);
      consoleBytes += bytes.length;
      request.onConsole?.(bytes);
    },
    onSecond: (bytes) => request.onSecond?.(bytes),
  });

  const conditions: Conditions = {
    machine: request.arch,
    ...{ cpus, memoryBytes, commandLine, seed, instructionsPerMicrosecond },
    wallClockNs: `${wallClockNs}`,
    entropy: toHex(entropy),
  };
  const hexes = (values: readonly (number | bigint)[]) => values.map((value) => `0x${value.toString(16)}`);
  const record = (calls?: RunRecord["calls"]): RunRecord => ({
    format: "catkernel run 1",
    ...conditions,
    image: { bytes: request.image.length, sha256: sha256Hex(request.image) },
    inputs: machine.inputs.map(recordInput),
    ending: machine.ending ?? null,
    timeNs: machine.timeNs,
    instructions: machine.counts,
    console: { bytes: consoleBytes, sha256: console.hex() },
    ...(calls && { calls }),
    unknown: {
      addresses: hexes(machine.oddities.addresses),
      ports: hexes(machine.oddities.ports),
      instructions: hexes(machine.oddities.instructions),
    },
  });
  return { machine: Object.assign(machine, { conditions, record }) };
}

/** The request that repeats a recorded run with the same image. */
export function replayOf(record: RunRecord, image: Uint8Array): MachineRequest {
  const { machine, cpus, memoryBytes, commandLine, seed, instructionsPerMicrosecond } = record;
  return {
    ...{ arch: machine, image, cpus, memoryBytes, commandLine, seed, instructionsPerMicrosecond },
    wallClockNs: BigInt(record.wallClockNs),
    entropy: fromHex(record.entropy) ?? new Uint8Array(),
    replay: record.inputs.map(replayInput),
  };
}
