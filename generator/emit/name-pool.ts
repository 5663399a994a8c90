/** Strings laid one behind the other, each with its NUL; a name is its offset. Offset 0 is "". */
export type NamePool = {
  /** The offset of the name, which is added when new. */
  readonly intern: (name: string) => number;
  /** All names in order of their offsets, "" first. */
  readonly all: () => readonly string[];
};

const limit = 0xffff;

export const createNamePool = (): NamePool => {
  const offsets = new Map<string, number>([["", 0]]);
  let end = 1;
  return {
    intern: (name) => {
      const known = offsets.get(name);
      if (known !== undefined) return known;
      const offset = end;
      if (offset > limit) throw new Error("the names of the tables no longer fit 16-bit offsets");
      offsets.set(name, offset);
      end += name.length + 1;
      return offset;
    },
    all: () => [...offsets.keys()],
  };
};

/** Where nobody reads names: all are "". */
export const emptyNamePool: NamePool = { intern: () => 0, all: () => [""] };
