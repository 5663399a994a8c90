/** Host helpers as imports: the generated code hands over scalars directly and vectors through memory. */
import type { Isa } from "../isa/isa.ts";

type Scalar = bigint | number;

export function hostImports(
  isa: Isa,
  memory: Uint8Array,
  vectors: () => number,
): Record<string, (...scalars: Scalar[]) => Scalar | undefined> {
  const imports: Record<string, (...scalars: Scalar[]) => Scalar | undefined> = {};
  for (const [name, { host, takes, gives }] of Object.entries(isa.helpers)) {
    if (host === undefined) continue;
    if (!takes.includes("v128") && gives !== "v128") {
      imports[name] = host as (...scalars: Scalar[]) => Scalar;
      continue;
    }
    imports[name] = (...scalars) => {
      const at = vectors();
      let next = 0;
      const args = takes.map((type, index) =>
        type === "v128" ? memory.slice(at + 16 * index, at + 16 * index + 16) : scalars[next++]!,
      );
      const result = host(...args);
      if (gives !== "v128") return result as Scalar;
      memory.set(result as Uint8Array, at + 64);
      return undefined;
    };
  }
  return imports;
}
