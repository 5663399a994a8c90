// What Go does about a request that the kernel does not keep as Linux does: the knowledge that decides whether a refusal
// matters. Each entry names the call, the functions of Go's library that issue it, what becomes of the program, and the
// place in Go's sources where that can be read (Go 1.26 unless a version is named). Functions are named as in a
// program's own table; a `*` at the end stands for any rest.
import type { Effect } from "./families.ts";

export type Reaction = {
  readonly call: string;
  /** A variant or flag of the row; absent: whatever is refused or missing. */
  readonly value?: string;
  /** Who issues it: the nearest functions that are no mere wrappers of a call. */
  readonly from: readonly string[];
  readonly effect: Effect;
  /** A clause that ends a sentence about Go: "os then waits for processes by their numbers". */
  readonly does: string;
  readonly source: string;
  /** The call that must have succeeded before: where that is refused, this one is not come to. */
  readonly after?: string;
};
