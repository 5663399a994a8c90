// Flag gates: which bits an argument may have, and which errno answers the others.
import type { Arch } from "../../runtime-abi/arch.ts";
import { constantOn } from "../../runtime-abi/constants.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import type { FlagSupport, FlagTable } from "../../spec/vocabulary.ts";
import { cLiteral } from "./c-literal.ts";
import type { Pools } from "./pools.ts";

const errorOf = (support: FlagSupport): number =>
  support.kind === "refused" ? errnos[support.errno].value : 0;
const bitCount = (value: bigint): number => value.toString(2).replaceAll("0", "").length;

export type KnownFlag = { readonly name: string; readonly value: bigint; readonly error: number };

/** The flags of a set that the architecture has, in the order in which they are looked for. */
export const knownFlags = (table: FlagTable, arch: Arch, width: 32 | 64): KnownFlag[] => {
  const known = Object.entries(table).flatMap(([name, support]) => {
    const value = constantOn(name, arch);
    return value === undefined || !support
      ? []
      : [{ name, value: BigInt.asUintN(width, value), error: errorOf(support) }];
  });
  // A flag of several bits (O_TMPFILE) must be seen before a flag that is one of them (O_DIRECTORY); one
  // without bits (O_RDONLY) is shown first.
  const rank = (value: bigint): number => (value === 0n ? 100 : bitCount(value));
  return known.sort((a, b) => rank(b.value) - rank(a.value) || (a.value < b.value ? -1 : 1));
};

/** What may be there; `strict`: some of it not together, so that accepted bits say too little. */
export const acceptedBits = (known: readonly KnownFlag[]): { accepted: bigint; strict: boolean } => {
  const accepted = known.filter(({ error }) => error === 0).reduce((all, { value }) => all | value, 0n);
  const strict = known.some(({ value, error }) => error !== 0 && value !== 0n && (value & ~accepted) === 0n);
  return { accepted, strict };
};

/** Adds the gate of a set of flags; bits that no flag names are `otherwise`. Answers its index. */
export const addGate = (pools: Pools, table: FlagTable, otherwise: number, width: 32 | 64): number => {
  const { arch, names, flags, gates } = pools;
  const known = knownFlags(table, arch, width);
  const { accepted, strict } = acceptedBits(known);
  const first = flags.place(
    known.map(({ name, value, error }) => {
      const high = value > 0xffff_ffffn;
      if (high && (value & 0xffff_ffffn) !== 0n)
        throw new Error(`${name} lies in both halves of a 64-bit argument`);
      const place = value === 0n ? "FLAG_ZERO" : high ? "FLAG_HIGH" : "FLAG_LOW";
      const bits = value === 0n ? zeroMask(name) : high ? value >> 32n : value;
      return `{${cLiteral(bits)}, ${names.intern(name)}, ${error}, ${place}}, /* ${name} */`;
    }),
  );
  return gates.place([
    `{${cLiteral(accepted)}, ${first}, ${known.length}, ${otherwise}, ${strict ? 1 : 0}},`,
  ]);
};

// Which bits must be clear for a flag without bits to be meant: the access mode's for O_RDONLY, else all.
export const zeroMask = (name: string): bigint => (name === "O_RDONLY" ? 3n : 0xffff_ffffn);
