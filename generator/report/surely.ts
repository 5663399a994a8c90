/** What main surely comes to. */
import type { FamilyName } from "../../runtime-abi/go/families.ts";

/** By family: the calls that lead from main to a gateway, each of them made on every way to main's end. */
export type SureWays = ReadonlyMap<FamilyName, { readonly way: readonly string[] }>;
