// The words in which the rows of spec/ are written.
//
// Every function here only builds data: a row is a value, and nothing happens when it is made. The types
// refuse what can be refused early, with a sentence: a length that names no argument, a refusal whose
// errno the row does not list, `full` without a proof, a body that is missing or superfluous. What types
// cannot see (two rows with one number, a body without a source file) generator/check says.
// The kinds of arguments and what the kernel does for each are listed in spec/README.md.
// Long because the words and the types that hold them together are one thing.
import type { Arch } from "../runtime-abi/arch.ts";
import type { ConstantName } from "../runtime-abi/constants.ts";
import type { Errno } from "../runtime-abi/errno.ts";
import type { StructName } from "../runtime-abi/structs.ts";

// --- support: what a call, a variant or a flag does here ----------------------------------------------

/** `prog:NAME` is the Go program proofs/NAME, `go:PACKAGE` the tests of a package of Go's own library. */
export type ProofId = `prog:${string}` | `go:${string}`;

export type Full = { readonly kind: "full"; readonly proofs: readonly ProofId[] };
export type Partial = {
  readonly kind: "partial";
  readonly missing: string;
  readonly proofs: readonly ProofId[];
};
export type Ignored = { readonly kind: "ignored"; readonly why: string };
export type Constant = { readonly kind: "constant"; readonly value: number; readonly why: string };
export type Refused<E extends Errno = Errno> = {
  readonly kind: "refused";
  readonly errno: E;
  readonly why: string;
};
export type Support = Full | Partial | Ignored | Constant | Refused;
/** What a flag can be: a flag has no value of its own to be constant. */
export type FlagSupport = Full | Partial | Ignored | Refused;

/** Everything Linux promises. */
export const full = (...proofs: readonly [ProofId, ...ProofId[]]): Full => ({ kind: "full", proofs });
/** The stated part is missing, the rest is as on Linux. */
export const partial = (missing: string, ...proofs: readonly ProofId[]): Partial => ({
  kind: "partial",
  missing,
  proofs,
});
/** Accepted without effect, and the reason why no program can tell. A call answers 0. */
export const ignored = (why: string): Ignored => ({ kind: "ignored", why });
/** Always this answer, whatever the arguments. */
export const constant = (value: number, why: string): Constant => ({ kind: "constant", value, why });
/** Answers -errno and is recorded when a program asks for it. */
export const refused = <const E extends Errno>(errno: E, why: string): Refused<E> => ({
  kind: "refused",
  errno,
  why,
});

// --- arguments ----------------------------------------------------------------------------------------

export type Scalar = "u8" | "i32" | "u32" | "i64" | "u64";
/** What user memory can hold: a struct of runtime-abi/structs.ts or a scalar. */
export type Pointee = StructName | Scalar;

type Plain<K extends string> = { readonly kind: K };
export const int: Plain<"int"> = { kind: "int" };
export const uint: Plain<"uint"> = { kind: "uint" };
export const long: Plain<"long"> = { kind: "long" };
/** One that must not be negative: EINVAL, before anything else is looked at. */
export const natural: Plain<"natural"> = { kind: "natural" };
/** A file offset or length with a sign. */
export const off: Plain<"off"> = { kind: "off" };
/** A length in bytes, unsigned. */
export const size: Plain<"size"> = { kind: "size" };
/** An address that the call does not dereference, or that its body treats with user.h. */
export const addr: Plain<"addr"> = { kind: "addr" };
/** Permission bits of a file. */
export const mode: Plain<"mode"> = { kind: "mode" };
export const pid: Plain<"pid"> = { kind: "pid" };
export const signo: Plain<"signo"> = { kind: "signo" };
export const clockid: Plain<"clockid"> = { kind: "clockid" };

export type Fd = { readonly kind: "fd"; readonly or?: ConstantName };
/** A descriptor; `or` names the special value that is also allowed (AT_FDCWD). */
export const fd = (special?: { readonly or: ConstantName }): Fd => ({ kind: "fd", ...special });

type Nullable = { readonly nullable: true };
/** Second argument of the `user` builders and of `path`: NULL is allowed and reaches the body as NULL. */
export const nullable: Nullable = { nullable: true };

export type Text = {
  readonly kind: "string";
  readonly max: number;
  readonly nullable: boolean;
  readonly path: boolean;
};
/** A NUL-terminated path of at most 4096 bytes. */
export const path: Text = { kind: "string", max: 4096, nullable: false, path: true };
/** A path that may be NULL. */
export const nullablePath: Text = { kind: "string", max: 4096, nullable: true, path: true };
/** A NUL-terminated string of at most `max` bytes, the NUL included. */
export const string = (max: number): Text => ({ kind: "string", max, nullable: false, path: false });

export type FlagTable = { readonly [N in ConstantName]?: FlagSupport };
export type Flags<F extends FlagTable = FlagTable, O extends FlagSupport = FlagSupport> = {
  readonly kind: "flags" | "flags64";
  readonly flags: F;
  readonly otherwise?: O;
};
/** Two forms, so that a missing `otherwise` is seen by the type rules below. */
type FlagsBuilder = {
  <const F extends FlagTable>(table: F): Flags<F, never>;
  <const F extends FlagTable, const O extends FlagSupport>(table: F, otherwise: O): Flags<F, O>;
};
const flagsOf =
  (kind: "flags" | "flags64"): FlagsBuilder =>
  (table: FlagTable, otherwise?: FlagSupport): Flags<never, never> =>
    ({ kind, flags: table, ...(otherwise && { otherwise }) }) as Flags<never, never>;
/** A set of flags, 32 bits. Bits that no flag names are refused("EINVAL") unless `otherwise` says more. */
export const flags = flagsOf("flags");
/** A set of flags, 64 bits. */
export const flags64 = flagsOf("flags64");

export type Buffer<D extends "reads" | "writes" = "reads" | "writes", L extends string = string> = {
  readonly kind: D;
  readonly len: L;
};
/** The kernel reads that many bytes of user memory; `len` names the argument that counts them. */
export const reads = <const L extends string>(len: L): Buffer<"reads", L> => ({ kind: "reads", len });
/** The kernel writes up to that many bytes of user memory. */
export const writes = <const L extends string>(len: L): Buffer<"writes", L> => ({ kind: "writes", len });

export type Direction = "in" | "out" | "inout";
export type Pointer = {
  readonly kind: "pointer";
  readonly direction: Direction;
  readonly to: Pointee;
  readonly nullable: boolean;
};
export type ArrayPointer<L extends string = string> = {
  readonly kind: "array";
  readonly direction: Direction;
  readonly to: Pointee;
  readonly len: L;
  readonly max: number;
};
export type Word = { readonly kind: "word" };
const pointer =
  (direction: Direction) =>
  (to: Pointee, may?: Nullable): Pointer => ({ kind: "pointer", direction, to, nullable: may !== undefined });

/** Pointers into user memory that the kernel follows, by direction as the program sees the call. */
export const user = {
  in: pointer("in"),
  out: pointer("out"),
  inout: pointer("inout"),
  /** A 32-bit word that the body accesses atomically (futex), once it has seen that one can be there. */
  word: { kind: "word" } as Word,
  /** `len` names the argument that counts elements; more than `max` is EINVAL. */
  inArray: <const L extends string>(to: Pointee, len: L, max: number): ArrayPointer<L> => ({
    kind: "array",
    direction: "in",
    to,
    len,
    max,
  }),
  inoutArray: <const L extends string>(to: Pointee, len: L, max: number): ArrayPointer<L> => ({
    kind: "array",
    direction: "inout",
    to,
    len,
    max,
  }),
  /** The body gets the range and fills as many elements as it has. */
  outArray: <const L extends string>(to: Pointee, len: L): ArrayPointer<L> => ({
    kind: "array",
    direction: "out",
    to,
    len,
    max: 0,
  }),
};

export type Exactly = { readonly kind: "exactly"; readonly value: number };
/** Only this value is allowed (sigsetsize); another one is EINVAL. */
export const exactly = (value: number): Exactly => ({ kind: "exactly", value });

type PlainKind =
  | "int"
  | "uint"
  | "long"
  | "off"
  | "natural"
  | "size"
  | "addr"
  | "mode"
  | "pid"
  | "signo"
  | "clockid";
export type Arg = Plain<PlainKind> | Fd | Text | Flags | Buffer | Pointer | ArrayPointer | Word | Exactly;
/** Key order is register order. */
export type Args = { readonly [name: string]: Arg };
/** Architectures whose register order differs name both; the body gets amd64's order. */
export type ArchArgs = { readonly amd64: Args; readonly riscv64: Args };

// --- results ------------------------------------------------------------------------------------------

export type Nothing = { readonly kind: "nothing" };
export const nothing: Nothing = { kind: "nothing" };
/** The call does not come back (exit). */
export type Never = { readonly kind: "never" };
export const noReturn: Never = { kind: "never" };
export type Result = Plain<PlainKind> | Fd | Nothing | Never;

// --- rows ---------------------------------------------------------------------------------------------

export type Subsystem = "fs" | "poll" | "mem" | "thread" | "signal" | "time" | "proc" | "net" | "arch";
/** FOLDER/NAME: the function sys_NAME in a C file of that folder of shim-templates/. */
export type Handler =
  `${"fs" | "poll" | "dev" | "mem" | "thread" | "signal" | "time" | "proc" | "users" | "net" | "arch"}/${string}`;

export type Variant<S extends Support = Support> = {
  readonly support: S;
  readonly handler?: Handler;
  /** What an argument means in this variant: another kind, or only words about it. */
  readonly args?: { readonly [name: string]: Arg | string };
};
export type Variants = { readonly [N in ConstantName]?: Variant };
export type Select = {
  readonly on: string;
  /** The bits that choose; the others must be in `also`. */
  readonly mask?: ConstantName;
  readonly also?: FlagTable;
};

// The compile-time rules. Each adds to the expected type of the field at fault a type that the field
// cannot have and that carries the sentence.
type Say<Message extends string> = { readonly error: Message };
type ArgNames<A> = A extends ArchArgs ? keyof A["amd64"] : keyof A;
type LengthsOf<A> = {
  readonly [K in keyof A]: A[K] extends { readonly len: infer L extends string }
    ? L extends keyof A
      ? unknown
      : Say<`no argument named '${L}'`>
    : unknown;
};
type Lengths<A> = A extends ArchArgs
  ? { readonly amd64: LengthsOf<A["amd64"]>; readonly riscv64: LengthsOf<A["riscv64"]> }
  : LengthsOf<A>;
type ErrnoOf<S> = S extends { readonly kind: "refused"; readonly errno: infer E extends Errno } ? E : never;
type FlagErrnos<A> = {
  [K in keyof A]: A[K] extends Flags<infer F, infer O>
    ? ErrnoOf<F[keyof F]> | ([O] extends [never] ? "EINVAL" : ErrnoOf<O>)
    : never;
}[keyof A];
type ArgErrnos<A> = A extends ArchArgs ? FlagErrnos<A["amd64"]> | FlagErrnos<A["riscv64"]> : FlagErrnos<A>;
type VariantErrnos<V> = {
  [K in keyof V]: V[K] extends { readonly support: infer S } ? ErrnoOf<S> : never;
}[keyof V];
type Listed<E, Needed> = [Needed] extends [E]
  ? unknown
  : Say<`errors must list ${Exclude<Needed, E> & string}`>;
type NeedsBody<S> = [S] extends [never]
  ? false
  : S extends { readonly kind: "full" | "partial" }
    ? true
    : false;
type BodyRule<S> = NeedsBody<S> extends true ? { readonly handler: Handler } : { readonly handler?: never };
type VariantRules<V> = {
  readonly [K in keyof V]: V[K] extends { readonly support: infer S }
    ? S extends { readonly kind: "full" | "partial" }
      ? { readonly handler: Handler }
      : { readonly handler?: never }
    : unknown;
};
type OtherwiseRule<V, O> = [keyof V] extends [never]
  ? unknown
  : [O] extends [never]
    ? Say<"variants need an otherwise">
    : unknown;
type SelectRule<A, L> = L extends { readonly on: infer N extends string }
  ? N extends ArgNames<A>
    ? unknown
    : Say<`select names no argument '${N}'`>
  : unknown;

type Row<A, E extends Errno, S, V, O, L> = {
  readonly subsystem: Subsystem;
  /** The manual page that this row was written from. */
  readonly man: `${string}(${number})`;
  readonly nr: { readonly [X in Arch]?: number };
  readonly args: A & Lengths<A>;
  readonly select?: L & SelectRule<A, L>;
  readonly variants?: V & VariantRules<V> & OtherwiseRule<V, O>;
  /** Values of the selector that no variant names. */
  readonly otherwise?: O;
  readonly returns: Result;
  readonly errors: { readonly [K in E]: string } & Listed<
    E,
    ArgErrnos<A> | VariantErrnos<V> | ErrnoOf<S> | ErrnoOf<O>
  >;
  readonly support?: S;
  /** Who issues the call when its number is not in the binary. */
  readonly providedBy?: string;
  /** The body reads or changes registers beside the arguments: the entry saves those, too, that C keeps. */
  readonly frame?: "whole";
} & BodyRule<S | O>;

/** What `syscall` returns, with the types widened: what readers of the table work with. */
export type Call = {
  readonly name: string;
  readonly subsystem: Subsystem;
  readonly man: string;
  readonly nr: { readonly [X in Arch]?: number };
  readonly args: Args | ArchArgs;
  readonly select?: Select;
  readonly variants?: Variants;
  readonly otherwise?: Support;
  readonly returns: Result;
  readonly errors: { readonly [E in Errno]?: string };
  readonly support?: Support;
  readonly handler?: Handler;
  readonly providedBy?: string;
  readonly frame?: "whole";
};

/** One row: one Linux system call. `support` is for calls without variants. */
export const syscall = <
  const A extends Args | ArchArgs,
  const E extends Errno = never,
  const S extends Support = never,
  const V extends Variants = Record<never, never>,
  const O extends Support = never,
  const L extends Select = never,
>(
  name: string,
  row: Row<A, E, S, V, O, L>,
): Call => ({ name, ...(row as unknown as Omit<Call, "name">) });
