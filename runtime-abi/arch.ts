/** The architectures a kernel can be made for, by their GOARCH names. */
export const archs = ["amd64", "riscv64"] as const;
export type Arch = (typeof archs)[number];

/** A fact that is the same everywhere, or one value per architecture (absent: it does not exist there). */
export type PerArch<T> = T | { readonly [A in Arch]?: T };

/** What clang calls the target; used by the probes that compare these tables with installed headers. */
export const witnessTargets: Readonly<Record<Arch, string>> = {
  amd64: "x86_64-linux-gnu",
  riscv64: "riscv64-linux-gnu",
};
