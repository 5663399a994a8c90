/**
 * Where proofs run, one column of the table each: this machine's Linux, which says what is right; the riscv64 binary on
 * the same Linux, its instructions emulated, so that a mistake in a proof's own riscv64 code shows there and not in the
 * kernel; and the image, on every architecture with every number of CPUs, in QEMU and in the machine that comes along.
 */
import type { KernelOptions } from "../../generator/pack/boot-options.ts";
import type { ModelOptions } from "../../generator/run/run-model.ts";
import type { Arch } from "../../runtime-abi/arch.ts";

/** `title` heads the column; `name` is the machine's, as generator/run/machine.ts calls it; `tier` is the model's. */
export type Place = {
  title: string;
  arch: Arch;
  name: string;
  cpus: number;
  options?: KernelOptions;
  tier?: ModelOptions["tier"];
  /** Of the order in which the model's CPUs take turns. */
  seed?: number;
  longestTurn?: number;
};

export const onLinux = "Linux";
export const onUserMode = "qemu-riscv64";

/**
 * Every number of CPUs on both, and every machine once. With vectors Go uses them; with fewer levels of page tables its
 * heap lies elsewhere.
 */
export const places: readonly Place[] = [
  { title: "amd64 1", arch: "amd64", name: "microvm", cpus: 1 },
  { title: "amd64 2", arch: "amd64", name: "q35", cpus: 2 },
  { title: "amd64 4", arch: "amd64", name: "pc", cpus: 4 },
  { title: "riscv64 1", arch: "riscv64", name: "virt", cpus: 1 },
  { title: "riscv64 2", arch: "riscv64", name: "virt", cpus: 2 },
  { title: "riscv64 4", arch: "riscv64", name: "virt", cpus: 4 },
  { title: "V, Sv39, 4", arch: "riscv64", name: "virt-v", cpus: 4, options: { paging: "sv39" } },
];

/** The machine that comes along, where what runs often is translated. */
export const modelPlaces: readonly Place[] = [
  { title: "model amd 1", arch: "amd64", name: "model", cpus: 1, tier: "auto" },
  { title: "model amd 2", arch: "amd64", name: "model", cpus: 2, tier: "auto" },
  { title: "model amd 4", arch: "amd64", name: "model", cpus: 4, tier: "auto" },
  { title: "model rv 1", arch: "riscv64", name: "model", cpus: 1, tier: "auto" },
  { title: "model rv 2", arch: "riscv64", name: "model", cpus: 2, tier: "auto" },
  { title: "model rv 4", arch: "riscv64", name: "model", cpus: 4, tier: "auto" },
];

/** As many CPUs as the model has, for chosen proofs; all of them by hand (main.ts). */
export const eightCpus: readonly Place[] = [
  { title: "amd64 8", arch: "amd64", name: "q35", cpus: 8 },
  { title: "riscv64 8", arch: "riscv64", name: "virt", cpus: 8 },
  { title: "model amd 8", arch: "amd64", name: "model", cpus: 8, tier: "auto" },
  { title: "model rv 8", arch: "riscv64", name: "model", cpus: 8, tier: "auto" },
];

export const columns: readonly string[] = [
  onLinux,
  onUserMode,
  ...[...places, ...modelPlaces, ...eightCpus].map(({ title }) => title),
];
