// Layout arithmetic: where the C rules of both 64-bit ABIs put the fields of a struct.
//
// A struct is an ordered list of fields; alignment is natural unless the struct is packed or asks for
// more. Both architectures are LP64 and little-endian, so that one calculation serves both.
import type { Arch } from "./arch.ts";

export type ScalarType = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "char" | "ptr";
/** A scalar, the name of another struct, or alternatives that share their first byte (a union). */
export type ElementType = ScalarType | `struct ${string}`;
export type FieldType = ElementType | readonly [ElementType, number] | { readonly union: readonly Fields[] };
export type Fields = { readonly [name: string]: FieldType };

export type StructOptions = {
  /** No padding on these architectures. */
  readonly packed?: readonly Arch[];
  /** Alignment in bytes beyond the natural one. */
  readonly align?: number;
  /** The name in the installed headers, when Linux calls it otherwise; null: no header shows it. */
  readonly witness?: string | null;
};
export type StructDefinition = StructOptions & {
  readonly fields: Fields | { readonly [A in Arch]?: Fields };
};

export type PlacedField = {
  readonly name: string;
  readonly type: ElementType;
  /** Element count; undefined when it is no array. */
  readonly count: number | undefined;
  readonly offset: number;
  readonly size: number;
};
/** What a C declaration needs: nested unions stay visible. */
export type Member =
  | {
      readonly kind: "field";
      readonly name: string;
      readonly type: ElementType;
      readonly count: number | undefined;
    }
  | { readonly kind: "union"; readonly alternatives: readonly (readonly Member[])[] };
export type Layout = {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly packed: boolean;
  readonly wantedAlign: number | undefined;
  readonly members: readonly Member[];
  /** Every named field, those of unions included. */
  readonly fields: readonly PlacedField[];
};

const scalarSizes: Readonly<Record<ScalarType, number>> = {
  u8: 1,
  i8: 1,
  char: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
  ptr: 8,
};
/** In bytes; undefined for what is no scalar. */
export const sizeOfScalar = (type: string): number | undefined => scalarSizes[type as ScalarType];
const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;
const isPerArch = (fields: StructDefinition["fields"]): fields is { readonly [A in Arch]?: Fields } =>
  "amd64" in fields || "riscv64" in fields;

/** The layouts of a set of structs on one architecture, in the order given: a struct follows what it contains. */
export const layOut = (
  definitions: { readonly [name: string]: StructDefinition },
  arch: Arch,
): ReadonlyMap<string, Layout> => {
  const done = new Map<string, Layout>();

  const measure = (type: ElementType): { readonly size: number; readonly align: number } => {
    if (!type.startsWith("struct ")) {
      const size = scalarSizes[type as ScalarType];
      return { size, align: size };
    }
    const inner = done.get(type.slice("struct ".length));
    if (!inner) throw new Error(`${type} is used before it is defined for ${arch}`);
    return inner;
  };

  // Places fields from `start` on; answers where they end and how they want to be aligned.
  const place = (fields: Fields, start: number, packed: boolean, out: PlacedField[]) => {
    let offset = start;
    let align = 1;
    const members: Member[] = [];
    for (const [name, type] of Object.entries(fields)) {
      if (typeof type === "object" && "union" in type) {
        const trials = type.union.map((one) => place(one, 0, packed, []));
        const unionAlign = Math.max(...trials.map((trial) => trial.align));
        offset = alignUp(offset, unionAlign);
        const placed = type.union.map((one) => place(one, offset, packed, out));
        members.push({ kind: "union", alternatives: placed.map((one) => one.members) });
        offset = alignUp(Math.max(...placed.map((one) => one.end)), unionAlign);
        align = Math.max(align, unionAlign);
        continue;
      }
      const [element, count] = typeof type === "string" ? [type, undefined] : type;
      const { size, align: natural } = measure(element);
      const fieldAlign = packed ? 1 : natural;
      offset = alignUp(offset, fieldAlign);
      align = Math.max(align, fieldAlign);
      out.push({ name, type: element, count, offset, size: size * (count ?? 1) });
      members.push({ kind: "field", name, type: element, count });
      offset += size * (count ?? 1);
    }
    return { end: offset, align, members };
  };

  for (const [name, { fields: perArch, packed: packedOn, align: wantedAlign }] of Object.entries(
    definitions,
  )) {
    const own = isPerArch(perArch) ? perArch[arch] : perArch;
    if (!own) continue;
    const packed = packedOn?.includes(arch) ?? false;
    const fields: PlacedField[] = [];
    const { end, align: natural, members } = place(own, 0, packed, fields);
    const align = Math.max(natural, wantedAlign ?? 1);
    done.set(name, { name, size: alignUp(end, align), align, packed, wantedAlign, members, fields });
  }
  return done;
};
