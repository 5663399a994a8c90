/**
 * Finds the Linux headers of an architecture: the outside witness of all numbers in the table.
 *
 * Debian keeps them in three places: the host's own (`linux-libc-dev`), those of a cross compiler
 * (`linux-libc-dev-riscv64-cross`), and since Linux 6.12 all architectures beside each other. A root
 * other than `/` lets a newer package be read without installing it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const architectures = ["amd64", "riscv64"] as const;
export type Architecture = (typeof architectures)[number];

export interface Headers {
  readonly arch: Architecture;
  /** Clang's name of the target whose layouts are asked for. */
  readonly target: string;
  /** Folders for the compiler, in order of search. */
  readonly include: readonly string[];
  /** Linux version that the headers are from, such as `6.12.107`. */
  readonly version: string;
  /** Is there such a header in this version? */
  has(file: string): boolean;
}

const places: Record<Architecture, { target: string; folders: string[][] }> = {
  amd64: {
    target: "x86_64-unknown-linux-gnu",
    folders: [["usr/include/x86_64-linux-gnu", "usr/include"], ["usr/x86_64-linux-gnu/include"]],
  },
  riscv64: {
    target: "riscv64-unknown-linux-gnu",
    folders: [["usr/include/riscv64-linux-gnu", "usr/include"], ["usr/riscv64-linux-gnu/include"]],
  },
};

/** The headers of one architecture below `root`, or undefined if they are not installed. */
export function findHeaders(arch: Architecture, root = "/"): Headers | undefined {
  const { target, folders } = places[arch];
  for (const group of folders) {
    const include = group.map((folder) => join(root, folder));
    const has = (file: string) => include.some((folder) => existsSync(join(folder, file)));
    if (!existsSync(join(include[0]!, "asm/unistd.h")) || !has("linux/version.h")) continue;
    return { arch, target, include, version: readVersion(include), has };
  }
  return undefined;
}

/** LINUX_VERSION_CODE of linux/version.h: major << 16, patch level << 8, sublevel (at most 255). */
function readVersion(include: readonly string[]): string {
  const file = include.map((folder) => join(folder, "linux/version.h")).find((path) => existsSync(path))!;
  const text = readFileSync(file, "utf8");
  const part = (name: string) => new RegExp(`#define LINUX_VERSION_${name}\\s+(\\d+)`).exec(text)?.[1];
  const parts = [part("MAJOR"), part("PATCHLEVEL"), part("SUBLEVEL")];
  if (parts.every((value) => value !== undefined)) return parts.join(".");
  const code = Number(/LINUX_VERSION_CODE\s+(\d+)/.exec(text)?.[1]);
  return `${code >> 16}.${(code >> 8) & 255}.${code & 255}`;
}
