/**
 * The state of an amd64 CPU: every register's offset. Everything else in this folder finds registers here.
 *
 * Memory operands name their segment by a pair of words in the state, {base, mask of the address size}: an address is
 * ((base register + index + displacement) & mask) + segment base. So one form of an instruction serves 16-, 32- and
 * 64-bit addresses and all segments. The pair at offset 0 is {0, all ones}: what 64-bit code nearly always uses.
 */
import type { Cell, Type } from "../../meaning/expression.ts";

const bytes = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 } as const;
/** Offsets 0 to 7 are always zero, 8 to 15 always ones. */
let next = 16;
const layout: string[] = [];

function cell<T extends Type>(name: string, type: T): Cell<T> {
  const size = bytes[type];
  next = (next + size - 1) & -size;
  const offset = next;
  next += size;
  layout.push(`${name} ${type} ${offset}`);
  return { name, type, offset };
}
const cells = <T extends Type>(names: readonly string[], type: T): readonly Cell<T>[] =>
  names.map((name) => cell(name, type));

export const registerNames = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"].concat(
  ["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"], // biome-ignore format: two groups
);
/** General registers in the order of their encoding. */
export const registers = cells(registerNames, "i64");
export const [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi] = registers as readonly [
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
  Cell<"i64">,
];
export const r11 = registers[11]!;
/** The linear address: CS base + instruction pointer. The CS base is 0 in 64-bit code. */
export const rip = cell("rip", "i64");

/** The six arithmetic flags, lazily; see `flags.ts`. */
export const flagKind = cell("flag kind", "i32");
export const flagValues = cells(["flag value 0", "flag value 1", "flag value 2"], "i64");
/** RFLAGS without these six, bit 1 always set. */
export const systemFlags = cell("rflags", "i64");
/** `Cpu.instructions` at which STI or MOV SS still holds interrupts off; -1: none. */
export const shadow = cell("interrupt shadow", "f64");
/** Instructions at which one began that is to be followed by a trap, because TF was set; or -1. */
export const stepping = cell("single step", "f64");

export const segmentNames = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;
export const GS = 5;
const pair = (name: string) => cells([`${name} base`, `${name} mask`], "i64")[0]!.offset;
/** Pairs {base, address mask} by address size 16, 32, 64 (first index) and segment. The bases of one segment agree. */
export const segmentPairs = [16, 32, 64].map((size) => segmentNames.map((name) => pair(`${name}/${size}`)));
/** Pairs without base, for LEA, by address size. */
export const plainPairs = [pair("none/16"), pair("none/32"), 0];
export const selectors = cells(segmentNames, "i32");
export const segmentLimits = cells(
  segmentNames.map((name) => `${name} limit`),
  "i32",
);
/** Descriptor bits 40 to 55 (SDM volume 3, figure 3-8). */
export const segmentRights = cells(
  segmentNames.map((name) => `${name} rights`),
  "i32",
);
export const cpl = cell("cpl", "i32");
/** Outside of 64-bit mode: the stack's segment and the width of its pointer, as SS has them. */
export const stackBase = cell("stack base", "i64");
export const stackMask = cell("stack mask", "i64");
/** The base of CS, and the mask of the instruction pointer. */
export const codeBase = cell("code base", "i64");

export const [gdtBase, idtBase, ldtBase, trBase] = cells(
  ["gdt base", "idt base", "ldt base", "tr base"],
  "i64",
) as readonly [Cell<"i64">, Cell<"i64">, Cell<"i64">, Cell<"i64">];
export const [gdtLimit, idtLimit, ldtLimit, trLimit, ldtSelector, trSelector] = cells(
  ["gdt limit", "idt limit", "ldt limit", "tr limit", "ldt selector", "tr selector"],
  "i32",
) as readonly [Cell<"i32">, Cell<"i32">, Cell<"i32">, Cell<"i32">, Cell<"i32">, Cell<"i32">];

export const cr0 = cell("cr0", "i64");
export const cr2 = cell("cr2", "i64");
export const cr3 = cell("cr3", "i64");
export const cr4 = cell("cr4", "i64");
export const debugRegisters = cells(["dr0", "dr1", "dr2", "dr3", "dr4", "dr5", "dr6", "dr7"], "i64");

export const efer = cell("efer", "i64");
export const star = cell("star", "i64");
export const lstar = cell("lstar", "i64");
export const cstar = cell("cstar", "i64");
export const syscallMask = cell("fmask", "i64");
export const kernelGsBase = cell("kernel gs base", "i64");
export const tscAux = cell("tsc aux", "i64");
export const tscOffset = cell("tsc offset", "i64");
export const pat = cell("pat", "i64");

export const xmm = cells(
  registers.map((_, index) => `xmm${index}`),
  "v128",
);
export const mxcsr = cell("mxcsr", "i32");
/** x87: control, status and tag words as the programs save them, and the eight registers, 10 bytes each of 16. */
export const x87Control = cell("fcw", "i32");
export const x87Status = cell("fsw", "i32");
/** Abridged tags, as FXSAVE has them: a bit is set for a register in use. */
export const x87Tags = cell("ftw", "i32");
export const x87Registers = cells(["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"], "v128");

export const xcr0 = cell("xcr0", "i64");
/** 1 from an NMI's delivery to the next IRET: no other one is taken. */
export const nmiBlocked = cell("nmi blocked", "i32");
/** 1 after a shutdown: only a reset wakes the CPU. */
export const isShutDown = cell("shutdown", "i32");
/** Page numbers, first and last, between which INVLPG may meet a large page in the TLB; see `system/paging.ts`. */
export const [largeFirst, largeLast] = cells(["first large page", "last large page"], "f64") as readonly [
  Cell<"f64">,
  Cell<"f64">,
];

/** Size of all of it. */
export const stateBytes = (next + 15) & -16;
export const stateLayout: readonly string[] = layout;
