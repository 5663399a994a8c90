// The model of the table: what spec/ says, with where it says so.
import type { Arch } from "../../runtime-abi/arch.ts";
import type { ArchArgs, Args, Call } from "../../spec/vocabulary.ts";
import type { Place } from "../problem.ts";

export type CallRow = {
  readonly call: Call;
  /** The doc comment above the row, one line. */
  readonly description: string;
  /** The row itself. */
  readonly place: Place;
  /** Dotted path inside the row ("variants.MADV_FREE", "args.flags.O_CREAT") to where it stands. */
  readonly places: ReadonlyMap<string, Place>;
};

/** All rows, sorted by name. */
export type Table = { readonly rows: readonly CallRow[] };

/** Where a part of a row stands; the nearest part around it that is known, at last the row. */
export const placeOf = (row: CallRow, ...path: readonly string[]): Place => {
  for (let length = path.length; length > 0; length--) {
    const found = row.places.get(path.slice(0, length).join("."));
    if (found) return found;
  }
  return row.place;
};

const isArchArgs = (args: Args | ArchArgs): args is ArchArgs => "amd64" in args && "riscv64" in args;

/** The arguments in the order of that architecture's registers. */
export const argsOn = ({ args }: Call, arch: Arch): Args => (isArchArgs(args) ? args[arch] : args);
/** The arguments in the order in which bodies take them: amd64's. */
export const argsOfBody = (call: Call): Args => argsOn(call, "amd64");
