/**
 * Cases for harness.c: what goes in, what comes out, and a world for the evaluator that looks the same from inside.
 * Only tests use it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MODE_32 } from "../decode.ts";

export const CODE = 0x1000_0000;
export const DATA = 0x2000_0000;
export const PAGE = 4096;
export const WINDOW = 512;
const CODE_BYTES = 128;
export const NO_TRAP = 0xffff_ffff;
const REGISTER_BYTES = 424;
const CASE_BYTES = REGISTER_BYTES + 8 + CODE_BYTES + WINDOW;
const RESULT_BYTES = REGISTER_BYTES + 8 + WINDOW;

export type Registers = {
  readonly general: BigUint64Array;
  flags: bigint;
  rip: bigint;
  readonly xmm: Uint8Array;
  mxcsr: number;
  trap: number;
  error: number;
  faultAddress: bigint;
};
export type Case = {
  /** MODE_USER, or MODE_32: a compatibility-mode segment. */
  readonly mode: number;
  readonly before: Registers;
  readonly code: readonly number[];
  readonly window: Uint8Array;
};
export type Result = { readonly after: Registers; readonly rest: bigint; readonly window: Uint8Array };

export const newRegisters = (): Registers => ({
  general: new BigUint64Array(16),
  flags: 0x202n,
  rip: BigInt(CODE),
  xmm: new Uint8Array(256),
  mxcsr: 0x1f80,
  trap: NO_TRAP,
  error: 0,
  faultAddress: 0n,
});

const needed = "bmi1 bmi2 abm adx movbe popcnt sse4_1 sse4_2 ssse3 aes pclmulqdq cx16 lahf_lm";
/** From Linux: the maker and the flags of the CPU at hand. */
function cpuInfo(): { vendor: string; flags: ReadonlySet<string> } {
  const text = readFileSync("/proc/cpuinfo", "latin1");
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(text)?.[1] ?? "";
  return { vendor: field("vendor_id"), flags: new Set(field("flags").split(" ")) };
}

/** Why the CPU cannot be asked here, or undefined. */
export function cannotAskCpu(): string | undefined {
  if (process.arch !== "x64" || process.platform !== "linux") {
    return "not asked: this is no x86-64 machine with Linux";
  }
  const { flags } = cpuInfo();
  const missing = needed.split(" ").filter((flag) => !flags.has(flag));
  if (missing.length > 0) return `not asked: this CPU lacks ${missing.join(" ")}`;
  return spawnSync("clang", ["--version"]).status === 0 ? undefined : "not asked: clang is not on the PATH";
}

/** Not on every CPU of the last ten years; `../sse-sha.test.ts` has another witness. */
export const hasSha = (): boolean => cannotAskCpu() === undefined && cpuInfo().flags.has("sha_ni");

/** Where the manuals leave something open, we do what Intel's processors do; others need not agree there. */
export const asksIntel = (): boolean => cannotAskCpu() === undefined && cpuInfo().vendor === "GenuineIntel";

/** Builds the harness and gives `use` a function that asks it. */
export function withCpu<T>(use: (ask: (cases: readonly Case[]) => Result[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "amd64-"));
  try {
    const program = join(folder, "harness");
    const source = fileURLToPath(new URL("harness.c", import.meta.url));
    // Position-independent, and so far away from the small numbers that cases use as addresses.
    const built = spawnSync("clang", [
      "-O1",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fPIE",
      "-pie",
      "-o",
      program,
      source,
    ]);
    if (built.status !== 0) throw new Error(`clang cannot build the harness: ${built.stderr}`);
    return use((cases) => {
      const { status, signal, stdout } = spawnSync(program, { input: pack(cases), maxBuffer: 1 << 30 });
      if (status !== 0) throw new Error(`the harness ends with status ${status ?? signal}`);
      return unpack(stdout, cases.length);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pack(cases: readonly Case[]): Uint8Array {
  const bytes = new Uint8Array(cases.length * CASE_BYTES);
  const view = new DataView(bytes.buffer);
  cases.forEach(({ mode, before, code, window }, index) => {
    const at = index * CASE_BYTES;
    before.general.forEach((value, register) => {
      view.setBigUint64(at + register * 8, value, true);
    });
    view.setBigUint64(at + 128, before.flags, true);
    bytes.set(before.xmm, at + 144);
    view.setUint32(at + 400, before.mxcsr, true);
    view.setUint32(at + REGISTER_BYTES, code.length, true);
    view.setUint32(at + REGISTER_BYTES + 4, mode === MODE_32 ? 32 : 64, true);
    bytes.set(code, at + REGISTER_BYTES + 8);
    bytes.set(window, at + REGISTER_BYTES + 8 + CODE_BYTES);
  });
  return bytes;
}

function unpack(bytes: Buffer, count: number): Result[] {
  return Array.from({ length: count }, (_, index) => {
    const at = index * RESULT_BYTES;
    const general = new BigUint64Array(16).map((_, register) => bytes.readBigUInt64LE(at + register * 8));
    const after: Registers = {
      general,
      flags: bytes.readBigUInt64LE(at + 128),
      rip: bytes.readBigUInt64LE(at + 136),
      xmm: new Uint8Array(bytes.subarray(at + 144, at + 400)),
      mxcsr: bytes.readUInt32LE(at + 400),
      trap: bytes.readUInt32LE(at + 404),
      error: bytes.readUInt32LE(at + 408),
      faultAddress: bytes.readBigUInt64LE(at + 416),
    };
    const rest = bytes.readBigUInt64LE(at + REGISTER_BYTES);
    const window = new Uint8Array(bytes.subarray(at + REGISTER_BYTES + 8, at + RESULT_BYTES));
    return { after, rest, window };
  });
}
