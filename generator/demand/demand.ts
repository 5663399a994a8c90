/**
 * What a Go program can ask of Linux, as told by its ELF file alone. Plain data, ready for JSON. It may say too much (a
 * function that is linked but never called), never too little: what cannot be known stands as "any" or in `unresolved`.
 */
import type { Arch } from "../../runtime-abi/arch.ts";

export type Demand = {
  readonly program: Program;
  /** One for each call and value of its selector (`spec/`: `select`), by name, then by value. */
  readonly requests: readonly Request[];
  /** Entries into the kernel whose call number is not a constant: anything may be asked there. */
  readonly unresolved: readonly Unresolved[];
  /** Absolute paths of the system that stand in the program and that its code opens by itself, sorted. */
  readonly paths: readonly PathUse[];
  readonly counts: Counts;
};

export type Program = {
  readonly arch: Arch;
  /** "go1.26.5"; empty where the program does not tell. */
  readonly goVersion: string;
  /** The main package, "github.com/evanw/esbuild/cmd/esbuild"; empty where the program does not tell. */
  readonly package: string;
  /** The main module and its version, "(devel)" or "v1.2.3". */
  readonly module?: { readonly path: string; readonly version: string };
  /** GOAMD64 or GORISCV64: "v1", "rva20u64". */
  readonly level: string;
  /** All build settings as recorded: "-buildmode", "CGO_ENABLED", "-ldflags". */
  readonly settings: Readonly<Record<string, string>>;
  /** GODEBUG settings that the go line of the main module, or its `godebug` lines, chose at build time. */
  readonly godebug: Readonly<Record<string, string>>;
  /** What `godebug` tells of the main module's go line: at least this, and before that. "1.24"; absent: unknown. */
  readonly goLine: { readonly atLeast?: string; readonly before?: string };
  /** Neither symbol table nor DWARF. */
  readonly stripped: boolean;
};

export type Request = {
  /** The name of Linux; "syscall 999" where its headers know none. */
  readonly call: string;
  readonly number: number;
  /** The argument that selects, and its value; absent where the call has no selector. */
  readonly select?: { readonly argument: string; readonly value: number | "any" };
  /**
   * By argument name: what can stand there. Only arguments whose value can decide about support: numbers, flags, signals,
   * clocks; no descriptors, lengths, addresses.
   */
  readonly args: Readonly<Record<string, Values>>;
  /**
   * Functions that fix what is asked, sorted: where the number, the selector and other constants come from
   * ("syscall.openat", "runtime.madvise").
   */
  readonly functions: readonly string[];
  /** One shortest way for each kind of root that reaches it; at least one. */
  readonly chains: readonly Chain[];
};

/**
 * Values as the kernel sees them: 32-bit arguments truncated, `int` with its sign, flags without. A list is complete:
 * nothing else can be asked for. `bits`: no bit outside of the mask is ever set.
 */
export type Values =
  | { readonly kind: "any" }
  | { readonly kind: "values"; readonly values: readonly number[] }
  | { readonly kind: "bits"; readonly mask: number };

/**
 * Where a way begins: the program's own main function, the initialization of a package (before main), the runtime (on
 * its own: start, garbage collection, scheduling, signals), or data: the function is only named by data, such as the
 * methods of a type, and called through it; "kernel": Linux itself makes the program ask (signal return on riscv64).
 */
export type Root = "main" | "init" | "runtime" | "data" | "kernel";
export type Chain = {
  readonly from: Root;
  /** From the root to the function with the instruction that enters the kernel. A call, or a function value handed on. */
  readonly functions: readonly string[];
};

export type Unresolved = {
  /** The function in which the number is not known any more. */
  readonly function: string;
  /** The instruction that enters the kernel, or the call that leads there. */
  readonly address: number;
  readonly why: string;
  readonly chains: readonly Chain[];
};

export type PathUse = { readonly path: string; readonly functions: readonly string[] };

export type Counts = {
  readonly functions: number;
  /** Functions that can be reached. */
  readonly reached: number;
  readonly instructions: number;
  /** Instructions that enter the kernel. */
  readonly sites: number;
  readonly textBytes: number;
};
