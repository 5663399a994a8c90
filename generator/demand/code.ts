/** Instructions one after the other, each with what it does to control and which address it names. */
import type { Decoded } from "../../hw-models/isa/isa.ts";
import type { GoFunction } from "./functions.ts";
import type { Image } from "./image.ts";
import { flow, type Kind, kindOf } from "./kinds.ts";
import { type Machine, machines } from "./machine.ts";

/** An instruction that the tables do not know, of known length: it goes on to the next one. */
const otherKind: Kind = {
  flow: flow.next,
  target: undefined,
  links: false,
  names: true,
  memory: "none",
  sets: "other",
};

export class Code {
  readonly image: Image;
  readonly machine: Machine;
  readonly decoded = {} as Decoded;
  readonly #kinds: readonly Kind[];
  readonly #unknown: number;

  constructor(image: Image) {
    this.image = image;
    this.machine = machines[image.arch];
    const { isa, entersKernel } = this.machine;
    this.#kinds = isa.instructions.map((instruction) => kindOf(instruction, entersKernel));
    // What is no instruction is the first one in both tables.
    this.#unknown = 0;
  }

  /** Decodes at an offset in the file into `decoded`; undefined if no instruction stands there. */
  at(offset: number, end: number): Kind | undefined {
    const { isa, mode, length } = this.machine;
    const { decoded } = this;
    const { view } = this.image;
    const isWhole = isa.decode(view, offset, end, mode, decoded);
    if (isWhole && decoded.instruction !== this.#unknown) return this.#kinds[decoded.instruction];
    decoded.instruction = this.#unknown;
    decoded.length = length(view, offset, end);
    return decoded.length === 0 ? undefined : otherKind;
  }

  isKnown(): boolean {
    return this.decoded.instruction !== this.#unknown;
  }

  /** Whether a jump that could keep the way back does. */
  get linked(): boolean {
    return this.decoded.r0 !== this.machine.noLink;
  }

  /** A jump by a table, or to a function whose address is in a register; not a return. */
  isOpenJump(kind: Kind): boolean {
    const { link } = this.machine;
    return (
      kind.flow === flow.jump &&
      kind.target === "computed" &&
      kind.names &&
      (link === undefined || this.decoded.r1 !== link)
    );
  }

  /** Where a jump or call of this kind at `address` goes; undefined if that is computed. */
  targetOf(kind: Kind, address: number): number | undefined {
    if (kind.target === "pc") return address + this.decoded.immediate;
    if (kind.target === "next-pc") return address + this.decoded.length + this.decoded.immediate;
    return undefined;
  }

  /** The bounds of a function in the file. */
  boundsOf({ start, end }: GoFunction): { from: number; to: number } {
    const from = this.image.offsetOf(start);
    return { from, to: from + end - start };
  }
}
