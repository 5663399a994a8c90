/**
 * Builds the harness for a CPU and asks it. Only tests do; where the CPU, its emulator or the compiler is missing,
 * `cannotAsk` says so in a sentence.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Question = { readonly operation: string; readonly control: number; readonly operands: bigint[] };
export type Answer = { readonly bits: bigint; readonly control: number };
export type Ask = (questions: readonly Question[]) => Answer[];

const source = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const riscvTarget = [
  "--target=riscv64-linux-gnu",
  "-march=rv64gc",
  "-mabi=lp64d",
  "-ffreestanding",
  "-nostdlib",
];

/** Why the CPU cannot be asked here, or undefined. */
export function cannotAsk(cpu: "x86" | "riscv"): string | undefined {
  if (cpu === "x86" && (process.arch !== "x64" || process.platform !== "linux")) {
    return "not asked: this is no x86-64 machine with Linux";
  }
  if (cpu === "riscv" && spawnSync("qemu-riscv64", ["--version"]).status !== 0) {
    return "not asked: qemu-riscv64 (Debian: qemu-user) is not installed";
  }
  return spawnSync("clang", ["--version"]).status === 0 ? undefined : "not asked: clang is not on the PATH";
}

/** Gives `use` a function that asks the CPU. */
export function withHarness<T>(cpu: "x86" | "riscv", use: (ask: Ask) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "float-"));
  try {
    const program = join(folder, cpu);
    const target = cpu === "riscv" ? [...riscvTarget, "-static", "-fuse-ld=lld"] : [];
    const files = [source("harness.c"), source(`${cpu}.c`)];
    const built = spawnSync("clang", [...target, "-O1", "-Wall", "-Werror", "-o", program, ...files]);
    if (built.status !== 0) throw new Error(`clang cannot build the harness: ${built.stderr}`);
    return use((questions) => ask(cpu === "riscv" ? ["qemu-riscv64", program] : [program], questions));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ask(command: readonly string[], questions: readonly Question[]): Answer[] {
  const names = [...new Set(questions.map(({ operation }) => operation))];
  const input = new DataView(new ArrayBuffer(questions.length * 32));
  questions.forEach(({ operation, control, operands }, index) => {
    input.setUint32(index * 32, names.indexOf(operation), true);
    input.setUint32(index * 32 + 4, control, true);
    operands.forEach((bits, at) => {
      input.setBigUint64(index * 32 + 8 + at * 8, bits, true);
    });
  });
  const [program, ...before] = command;
  const answer = spawnSync(program!, [...before, ...names.map((name) => name.replaceAll(".", "_"))], {
    input: new Uint8Array(input.buffer),
    maxBuffer: 1 << 30,
  });
  if (answer.status !== 0) throw new Error(`the harness fails with status ${answer.status ?? answer.signal}`);
  const { stdout } = answer;
  return questions.map((_, index) => ({
    bits: stdout.readBigUInt64LE(index * 16),
    control: stdout.readUInt32LE(index * 16 + 8),
  }));
}
