/**
 * The report as data: what text and page show, and what `catkernel report --format json` prints. `report.schema.json` is
 * made from these types (`node generator/report/write-schema.ts`); comments become descriptions there.
 */

export type Report = {
  /** Changes when a reader of an older report would be misled. */
  readonly format: "catkernel report 1";
  readonly verdict: Verdict;
  /** Absent if the file is no program for this kernel. */
  readonly program?: ProgramFacts;
  /** Families of calls that the program can come to, those first that matter to the verdict. */
  readonly families: readonly FamilyReport[];
  /** One for each call and value that the program can ask for, or was seen to ask for. */
  readonly requests: readonly RequestReport[];
  /** Entries into the kernel whose call number is not known. */
  readonly unresolved: readonly UnresolvedReport[];
  /** Files that the program opens by itself. */
  readonly paths: readonly PathReport[];
  /** Absent if no record of a run was given. */
  readonly run?: RunReport;
  /** Sizes in bytes, if they were asked for. */
  readonly kernel?: { readonly fullBytes?: number; readonly cutBytes?: number };
};

export type Verdict = {
  readonly kind: "runs" | "runs with notes" | "runs until" | "not a binary for this kernel";
  /** The verdict in a few words: "Runs until it asks for the network". */
  readonly headline: string;
  /** One sentence. */
  readonly sentence: string;
  /** What to do, or to know, next. May be empty. */
  readonly advice: string;
  /** How the command ends: 0, 0, 3 or 4; with --fail-on notes a program that runs with notes ends with 3. */
  readonly exitStatus: 0 | 3 | 4;
};

export type ProgramFacts = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly arch: "amd64" | "riscv64";
  /** "go1.26.5". */
  readonly go: string;
  /** The main package; may be empty. */
  readonly package: string;
  /** Path and version of the main module; may be empty. */
  readonly module: string;
  /** GOAMD64 or GORISCV64. */
  readonly level: string;
  readonly stripped: boolean;
  /** Functions in the program, and those that can be reached. */
  readonly functions: number;
  readonly reached: number;
};

/**
 * How sure a need is: "may" come to it, for all that the file tells; "will" come to it, for there is no way through main
 * around it; "did" ask for it in the recorded run.
 */
export type Certainty = "may" | "will" | "did";

/** What becomes of the program: nothing, something lesser, an error that it gets, or its end. */
export type EffectName = "none" | "less" | "error" | "fatal";

export type FamilyReport = {
  readonly name: string;
  /** In a user's words: "network". */
  readonly title: string;
  /** What it asks for: "the network". */
  readonly thing: string;
  /** Packages that come to it. */
  readonly uses: string;
  /** Requests by what the table promises; the sum is what the program can ask for. */
  readonly counts: {
    readonly kept: number;
    /** Not whole, or refused, but Go does without. */
    readonly without: number;
    /** Something is missing that the program may notice. */
    readonly notes: number;
    /** Refused, and the program gets the error. */
    readonly refused: number;
  };
  /** Requests that were seen in the run. */
  readonly seen?: number;
  /** The worst that a request of the family can do. */
  readonly effect: EffectName;
  readonly certainty: Certainty;
  /** What the program notices; empty if nothing. */
  readonly does: string;
  /** Where that can be read in Go's sources; may be empty. */
  readonly source: string;
  /** The errors it gets. */
  readonly errnos: readonly string[];
  /** From main, or what else begins it, to the call; the way that the verdict speaks of. */
  readonly way: readonly string[];
  /** The function of Go's library by which the program enters the family, if one is on the way. */
  readonly gateway: string;
};

export type RequestReport = {
  readonly call: string;
  readonly number: number;
  /** The selector's value, by name: "MADV_DONTNEED"; "any" if it is not known; empty if the call has none. */
  readonly value: string;
  readonly family: string;
  /** What the table says of it. */
  readonly status: "full" | "partial" | "ignored" | "constant" | "refused" | "not considered";
  /** What a call or a value of it is for, in one sentence; may be empty. */
  readonly description: string;
  /** What is missing, or why it is refused or ignored; may be empty. */
  readonly words: string;
  /** The error that the kernel answers; empty if it does not refuse. */
  readonly errno: string;
  /** Flags and values within it that are refused. */
  readonly refused: readonly RefusedPartReport[];
  /** What can stand in its arguments: "flags = MAP_PRIVATE|MAP_ANONYMOUS". */
  readonly arguments: readonly string[];
  readonly effect: EffectName;
  readonly certainty: Certainty;
  /** Who asks, those first for whom it is worst. */
  readonly askers: readonly AskerReport[];
  /** In the run: absent if no record was given. */
  readonly seen?: SeenReport;
  /** Was it to be expected from the file? False only for what was seen and not foretold. */
  readonly isForetold: boolean;
  readonly proofs: readonly string[];
};

export type RefusedPartReport = {
  readonly name: string;
  readonly errno: string;
  readonly why: string;
  /** Is it surely among what is asked, or only not to be excluded? */
  readonly isAsked: boolean;
};

export type AskerReport = {
  /** The function that asks, above wrappers of the call. */
  readonly function: string;
  /** What begins the way to it. */
  readonly from: "main" | "init" | "runtime" | "data" | "kernel";
  /** From there to the call. */
  readonly way: readonly string[];
  readonly effect: EffectName;
  /** What Go does when it is refused or not whole; empty where it is kept. */
  readonly does: string;
  readonly source: string;
  /** The call that must have succeeded before this one is come to, if there is one. */
  readonly after?: string;
  /** Did the recorded run come this way? */
  readonly wasSeen?: boolean;
};

export type SeenReport = {
  readonly count: number;
  /** Answers that were errors, and how often. */
  readonly errors: Readonly<Record<string, number>>;
  /** The callers of the first one, innermost first; may be empty. */
  readonly stack: readonly string[];
};

export type UnresolvedReport = {
  readonly function: string;
  readonly why: string;
  /** What it can be all the same, if Go's sources tell; may be empty. */
  readonly only: string;
  readonly source: string;
  readonly way: readonly string[];
};

export type PathReport = { readonly path: string; readonly functions: readonly string[] };

export type RunReport = {
  readonly on: "model" | "QEMU";
  /** Exit status, 128 + signal if one ended it; absent if the record does not tell. */
  readonly status?: number;
  /** Does the record count every call, or only those that were refused? */
  readonly isWhole: boolean;
  /** Calls made, different requests seen, and requests that could have been asked but were not. */
  readonly calls: number;
  readonly requests: number;
  readonly unused: number;
};
