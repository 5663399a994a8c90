/**
 * Which part of the house may import which, as data. Data flows one way: what stands lower knows nothing of what
 * stands higher, and the machine model knows nothing of our kernel. `laws/imports.ts` refuses the rest.
 */

/** The layers of the generator, lowest first: each may import those before it. */
export const generatorLayers = [
  "generator",
  "generator/elf",
  "generator/facts",
  "generator/read",
  "generator/check",
  "generator/demand",
  "generator/select",
  "generator/emit",
  "generator/mix",
  "generator/compile",
  "generator/pack",
  "generator/run",
  "generator/report",
  "generator/cli",
];

const sources = ["runtime-abi", "spec"];
const generatorImports = Object.fromEntries(
  generatorLayers.map((layer, height) => [layer, [...sources, "setup", ...generatorLayers.slice(0, height)]]),
);

/** Part -> the parts that it may import, beside itself. */
export const allowedImports: Record<string, readonly string[]> = {
  "runtime-abi": [],
  spec: ["runtime-abi"],
  setup: [],
  "hw-models": [],
  ...generatorImports,
  // What a program's instructions are, the machine model's tables say.
  "generator/demand": [...(generatorImports["generator/demand"] ?? []), "hw-models"],
  // Only the last layers may know the machine model.
  "generator/run": [...(generatorImports["generator/run"] ?? []), "hw-models"],
  "generator/report": [...(generatorImports["generator/report"] ?? []), "hw-models"],
  "generator/cli": [...(generatorImports["generator/cli"] ?? []), "hw-models"],
  // Its tests compile pieces of it with the headers of the table.
  "shim-templates": [
    "setup",
    "generator",
    "generator/read",
    "generator/emit",
    "generator/mix",
    "generator/compile",
  ],
  // Beside host-program.ts, which compiles pieces of the kernel for this machine, these are no modules.
  proofs: [...sources, "setup", ...generatorLayers, "shim-templates"],
  bench: [...sources, "setup", "hw-models", ...generatorLayers, "proofs"],
  examples: [],
  laws: [...sources, "setup", "hw-models", ...generatorLayers],
  bin: ["setup", "generator/cli"],
};

/** Parts that are pure data may import no npm package and nothing of Node's either. */
export const dataParts: readonly string[] = ["runtime-abi", "spec"];
