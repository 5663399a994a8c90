/** What the claims of the table are compared with: the witness, and what stands in the other folders. */
import type { Arch } from "../../runtime-abi/arch.ts";
import type { Facts } from "../facts/facts.ts";

export type House = {
  readonly facts: Facts;
  /** Architectures whose kernel source is there: only their bodies can be missing. */
  readonly archs: ReadonlySet<Arch>;
  /** `mem/mmap` for every function `sys_mmap` that is defined in shim-templates/mem/. */
  readonly bodies: ReadonlySet<string>;
  /** Names of the programs in proofs/. */
  readonly proofs: ReadonlySet<string>;
};
