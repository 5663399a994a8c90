/** Packs a kernel as shim-templates/image/lzma.c unpacks it: properties, whether branches were changed, the stream. */
import type { Arch } from "../../runtime-abi/arch.ts";
import { encodeLzma } from "../lzma/encode.ts";
import type { Context } from "../lzma/layout.ts";
import { absoluteBranches } from "./absolute-branches.ts";

/** What fits the architecture's code best: bits of the byte before and of the position that statistics know. */
const contexts: Record<Arch, Context> = {
  amd64: { literalContext: 3, literalPosition: 0, position: 0 },
  // Instructions begin at even addresses.
  riscv64: { literalContext: 0, literalPosition: 1, position: 1 },
};

export function packLzma(kernel: Buffer, arch: Arch): Buffer {
  const context = contexts[arch];
  const branches = absoluteBranches(kernel, arch);
  const header = Buffer.of(propertiesOf(context), branches ? 1 : 0);
  return Buffer.concat([header, encodeLzma(branches ?? kernel, context)]);
}

/** The byte that the LZMA specification makes of a context. */
export function propertiesOf({ literalContext, literalPosition, position }: Context): number {
  return (position * 5 + literalPosition) * 9 + literalContext;
}
