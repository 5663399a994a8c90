import test from "ava";
import { hardBits, random } from "./cases.ts";
import { cannotAsk, withHarness } from "./native/ask.ts";
import { operations } from "./operations.ts";
import { fflags, type Mode, riscvMode, x86Mode } from "./rules.ts";

const isRiscvOnly = (name: string) => /madd|wu|lu/.test(name);
const isX86Only = (name: string) => /round|rint/.test(name);

/** Control words: the sticky flags are clear before, so that every flag shows. */
const x86Controls = [0, 1, 2, 3].flatMap((rounding) =>
  [0, 0x40, 0x8000, 0x8040].map((flush) => 0x1f80 | (rounding << 13) | flush),
);
const riscvControls = [0, 1, 2, 3, 4].map((rounding) => rounding << 5);

type Cpu = {
  readonly kind: "x86" | "riscv";
  readonly controls: readonly number[];
  readonly names: readonly string[];
  mode(control: number): Mode;
  /** The control word after an operation raised `flags`. */
  after(control: number, flags: number): number;
};

const x86: Cpu = {
  kind: "x86",
  controls: x86Controls,
  names: Object.keys(operations).filter((name) => !isRiscvOnly(name)),
  mode: x86Mode,
  after: (control, flags) => control | flags,
};
const riscv: Cpu = {
  kind: "riscv",
  controls: riscvControls,
  names: Object.keys(operations).filter((name) => !isX86Only(name)),
  mode: (control) => riscvMode(control >> 5),
  after: (control, flags) => control | fflags(flags),
};

/** What a register of 64 bits holds: RISC-V boxes single floats and extends 32-bit integers by their sign. */
const boxed = (bits: bigint) => bits | 0xffffffff00000000n;
const isFloat = (letters: string | undefined) => letters === "s" || letters === "d";

function compareWith(cpu: Cpu, count: number): string[] {
  const below = random(20191213);
  const questions = Array.from({ length: count }, (_, index) => {
    const operation = cpu.names[index % cpu.names.length]!;
    const control = cpu.controls[below(cpu.controls.length)]!;
    const operands = operations[operation]!.takes.map((width) => hardBits(width, below));
    return { operation, control, operands };
  });
  const asked = questions.map((question) => {
    const { takes } = operations[question.operation]!;
    const box = cpu.kind === "riscv" && isFloat(question.operation.split(".").at(-1));
    const operands = question.operands.map((bits, at) => (box && takes[at] === 32 ? boxed(bits) : bits));
    return { ...question, operands };
  });
  const answers = withHarness(cpu.kind, (ask) => ask(asked));
  return questions.flatMap(({ operation, control, operands }, index) => {
    const { gives, compute } = operations[operation]!;
    const { bits, flags } = compute(cpu.mode(control), ...operands);
    const show = (value: bigint, after: number) => `${value.toString(16)}, ${after.toString(16)}`;
    const ours = show(bits, cpu.after(control, flags));
    const theirs = show(BigInt.asUintN(gives, answers[index]!.bits), answers[index]!.control);
    const given = `${operands.map((each) => each.toString(16)).join(" ")}, control ${control.toString(16)}`;
    return ours === theirs ? [] : [`${operation} ${given}: ${ours}; the CPU: ${theirs}`];
  });
}

function agrees(title: string, cpu: Cpu, count: number): void {
  test(title, (t) => {
    const why = cannotAsk(cpu.kind);
    if (why === undefined) t.deepEqual(compareWith(cpu, count).slice(0, 20), []);
    else t.pass(why);
    if (why !== undefined) t.log(why);
  });
}

agrees("100 000 operations give the bits and the flags of a real x86 CPU", x86, 100_000);
agrees("50 000 operations give the bits and the flags of QEMU's RISC-V", riscv, 50_000);
