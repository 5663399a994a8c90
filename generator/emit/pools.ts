import type { Arch } from "../../runtime-abi/arch.ts";
import { createListPool } from "./list-pool.ts";
import { createNamePool, emptyNamePool } from "./name-pool.ts";
import { type KnownValues, noneKnown } from "./only-values.ts";

/** Everything that the tables of one kernel share while they are built. */
export const createPools = (arch: Arch, hasNames: boolean, known: KnownValues = noneKnown) => ({
  arch,
  hasNames,
  known,
  names: hasNames ? createNamePool() : emptyNamePool,
  actions: createListPool(),
  steps: createListPool(),
  gates: createListPool(),
  flags: createListPool(),
  selects: createListPool(),
  variants: createListPool(),
  shows: createListPool(),
  sets: createListPool(),
  named: createListPool(),
  shapes: createListPool(),
  fields: createListPool(),
  /** Adapter function to its C text. */
  adapters: new Map<string, string>(),
});

export type Pools = ReturnType<typeof createPools>;
