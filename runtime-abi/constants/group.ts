import type { PerArch } from "../arch.ts";

/** The value of a constant: bigint only where a double cannot hold it. */
export type ConstantValue = PerArch<number | bigint>;

/** A family of constants that belong together; keeps the names as types. */
export const group = <const G extends { readonly [name: string]: ConstantValue }>(values: G): G => values;
