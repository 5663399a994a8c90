// Shapes: which fields of a struct the trace shows, and how.
import type { Arch } from "../../runtime-abi/arch.ts";
import { layOut, type PlacedField, sizeOfScalar } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import type { Pointee } from "../../spec/vocabulary.ts";
import type { Pools } from "./pools.ts";

// Structs too long to show whole: what a reader of a trace looks for first.
const chosen: Readonly<Record<string, readonly string[]>> = {
  stat: ["st_mode", "st_size"],
  statx: ["stx_mode", "stx_size"],
  sigaction: ["sa_handler", "sa_flags", "sa_mask"],
  siginfo: ["si_signo", "si_code"],
  sigevent: ["sigev_signo", "sigev_notify", "sigev_notify_thread_id"],
  sysinfo: ["totalram", "freeram"],
};
const mostFields = 4;

const showOf = ({ name, type }: PlacedField): string =>
  name.endsWith("_mode")
    ? "SHOW_OCTAL"
    : type === "ptr"
      ? "SHOW_ADDRESS"
      : type.startsWith("i")
        ? "SHOW_LONG"
        : "SHOW_SIZE";

export type ShownField = {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly show: string;
};

/** What the trace shows of a struct or scalar; undefined when it shows only its address. */
export const shownFields = (
  to: Pointee,
  arch: Arch,
): { readonly size: number; readonly fields: readonly ShownField[] } | undefined => {
  const layouts = layOut(structs, arch);
  const scalar = sizeOfScalar(to);
  // A scalar is a struct of one field without a name.
  const layout = scalar
    ? {
        size: scalar,
        fields: [{ name: "", type: to, count: undefined, offset: 0, size: scalar } as PlacedField],
      }
    : layouts.get(to);
  if (!layout) return undefined;

  const flat = layout.fields.flatMap((field): readonly PlacedField[] => {
    if (!field.type.startsWith("struct ") || field.count !== undefined) return [field];
    const inner = layouts.get(field.type.slice("struct ".length))?.fields ?? [];
    return inner.map((one) => ({
      ...one,
      name: `${field.name}.${one.name}`,
      offset: field.offset + one.offset,
    }));
  });
  const wanted = chosen[to];
  const shown = wanted
    ? flat.filter(({ name }) => wanted.includes(name))
    : flat.filter(({ name }) => !name.startsWith("__"));
  if (
    shown.length > mostFields ||
    shown.some(({ type, count, offset }) => !sizeOfScalar(type) || count !== undefined || offset > 255)
  )
    return undefined;
  const fields = shown.map((field) => ({
    name: field.name,
    offset: field.offset,
    size: field.size,
    show: showOf(field),
  }));
  return { size: layout.size, fields };
};

/** Index of the shape of a struct or scalar; undefined when the trace shows only its address. */
export const addShape = (pools: Pools, to: Pointee): number | undefined => {
  const shape = shownFields(to, pools.arch);
  if (!shape) return undefined;
  const first = pools.fields.place(
    shape.fields.map(
      ({ name, offset, size, show }) =>
        `{${pools.names.intern(name)}, ${offset}, ${size}, ${show}}, /* ${name || to} */`,
    ),
  );
  return pools.shapes.place([`{${first}, ${shape.size}, ${shape.fields.length}}, /* ${to} */`]);
};
