/** Where a way enters a family by a function of Go's library that its users know (runtime-abi/go/gateways.ts). */
import { gateways } from "../../runtime-abi/go/gateways.ts";
import { matches } from "./names.ts";

export const isGateway = (family: string, name: string): boolean =>
  (gateways as Readonly<Record<string, readonly string[]>>)[family]?.some((pattern) =>
    matches(name, pattern),
  ) ?? false;

/** The first on the way, which is the one that the program itself calls; empty if there is none. */
export const gatewayOn = (family: string, way: readonly string[]): string =>
  way.find((name) => isGateway(family, name)) ?? "";
