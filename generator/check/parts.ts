/** The parts of a row that rules look at again and again, each with the path that leads to it. */
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import type { Arg, Call, FlagTable, Support } from "../../spec/vocabulary.ts";
import { argsOn } from "../read/table.ts";

export type Part<T> = { readonly path: readonly string[]; readonly value: T };

/** Does each architecture have its own order of arguments? */
const differs = (call: Call): boolean => argsOn(call, "amd64") !== argsOn(call, "riscv64");

/** Every argument; of a call whose order differs by architecture, those of both. */
export function* argumentsOf(
  call: Call,
): Generator<Part<Arg> & { readonly name: string; readonly arch: Arch }> {
  for (const arch of differs(call) ? archs : (["amd64"] as const))
    for (const [name, value] of Object.entries(argsOn(call, arch)))
      yield { name, arch, value, path: differs(call) ? ["args", arch, name] : ["args", name] };
  for (const [variant, { args }] of Object.entries(call.variants ?? {}))
    for (const [name, value] of Object.entries(args ?? {}))
      if (typeof value !== "string")
        yield { name, arch: "amd64", value, path: ["variants", variant, "args", name] };
}

/** Every set of flags: those of arguments, and those beside a selector. */
export function* flagSetsOf(
  call: Call,
): Generator<Part<FlagTable> & { readonly otherwise: Support | undefined; readonly isArgument: boolean }> {
  for (const { value, path } of argumentsOf(call))
    if (value.kind === "flags" || value.kind === "flags64")
      yield { value: value.flags, otherwise: value.otherwise, isArgument: true, path };
  if (call.select?.also)
    yield { value: call.select.also, otherwise: undefined, isArgument: false, path: ["select", "also"] };
}

/** Every support that the row states: its own, its variants', its flags'. */
export function* supportsOf(call: Call): Generator<Part<Support> & { readonly of: string }> {
  if (call.support) yield { value: call.support, path: ["support"], of: call.name };
  if (call.otherwise) yield { value: call.otherwise, path: ["otherwise"], of: `${call.name}: otherwise` };
  for (const [name, variant] of Object.entries(call.variants ?? {}))
    yield { value: variant.support, path: ["variants", name, "support"], of: `${call.name}: ${name}` };
  for (const { value, otherwise, path } of flagSetsOf(call)) {
    for (const [name, support] of Object.entries(value))
      yield { value: support, path: [...path, name], of: `${call.name}: ${name}` };
    if (otherwise) yield { value: otherwise, path, of: `${call.name}: other bits` };
  }
}

/** Does anything of this call reach a body? Then its arguments are looked at. */
export const hasBody = (call: Call): boolean =>
  [call.support, call.otherwise, ...Object.values(call.variants ?? {}).map(({ support }) => support)].some(
    (support) => support?.kind === "full" || support?.kind === "partial",
  );

/** The architectures that the call exists on. */
export const archsOf = (call: Call): Arch[] => archs.filter((arch) => call.nr[arch] !== undefined);
