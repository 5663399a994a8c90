/**
 * Finds the proofs: every folder of proofs/ with a main.go is one. How it is run stands in its header, in comments
 * `//proof:WORD ...`, so that a proof is one folder and no list names it:
 *   run [exit=N] ARG...   one case: its arguments and its status (0; `any` for any failing one); may be repeated
 *   env NAME=value        a variable of its environment; may be repeated. GODEBUG=asyncpreemptoff=1 keeps the runtime from
 *                         interrupting calls whose EINTR is what is proved
 *   stdin N               N bytes on standard input (see stdinBytes), then its end; without it there is no input
 *   memory SIZE           of the machine in QEMU's words; limit KIB is the address space on Linux for the same end
 *   disk SIZE             of the folder for temporary files on Linux, where that may be mounted; the image's is its memory
 *   not-in-user-mode WHY  the riscv64 binary is not run in QEMU's user mode, which is not faithful there; WHY is printed
 *   compare HOW           exact, `traceback`, `first-lines N` or `contains TEXT`: see compare.ts
 * A folder root/ beside main.go is the tree that the program finds: under $PROOF_ROOT on Linux, under / in the image.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "./compare.ts";

export type ProofCase = { args: string[]; exit: number | "any" };
export type Proof = {
  name: string;
  folder: string;
  cases: ProofCase[];
  env: string[];
  /** Bytes on standard input. */
  stdin: number;
  memory: string;
  /** Address space on Linux in KiB. */
  limit?: number;
  comparison: Comparison;
  /** Of the folder for temporary files on Linux, in mount's words. */
  disk?: string;
  /** Why it does not run in QEMU's user mode. */
  notInUserMode?: string;
  /** Folder that becomes the root tree. */
  root?: string;
};

const proofsFolder = join(import.meta.dirname, "..");

export function readProofs(names: readonly string[] = []): Proof[] {
  const found = readdirSync(proofsFolder)
    .sort()
    .filter((name) => existsSync(join(proofsFolder, name, "main.go")));
  for (const name of names) if (!found.includes(name)) throw new Error(`there is no proof ${name}`);
  return found.filter((name) => names.length === 0 || names.includes(name)).map(readProof);
}

function readProof(name: string): Proof {
  const folder = join(proofsFolder, name);
  const proof: Proof = {
    name,
    folder,
    cases: [],
    env: [],
    stdin: 0,
    memory: "512M",
    comparison: { how: "exact" },
  };
  if (existsSync(join(folder, "root"))) proof.root = join(folder, "root");
  for (const [, word, rest = ""] of readFileSync(join(folder, "main.go"), "utf8").matchAll(
    /^\/\/proof:(\S+) ?(.*)$/gm,
  )) {
    switch (word) {
      case "run": {
        const [, exit = "0", args = ""] = /^(?:exit=(\w+) ?)?(.*)$/.exec(rest)!;
        proof.cases.push({ args: splitWords(args), exit: exit === "any" ? "any" : Number(exit) });
        break;
      }
      case "env":
        proof.env.push(rest);
        break;
      case "stdin":
        proof.stdin = Number(rest);
        break;
      case "memory":
        proof.memory = rest;
        break;
      case "limit":
        proof.limit = Number(rest);
        break;
      case "disk":
        proof.disk = rest;
        break;
      case "not-in-user-mode":
        if (rest === "") throw new Error(`${name}: //proof:not-in-user-mode does not say why`);
        proof.notInUserMode = rest;
        break;
      case "compare":
        proof.comparison = readComparison(rest);
        break;
      default:
        throw new Error(`${name}: //proof:${word} is not a word of proofs`);
    }
  }
  if (proof.cases.length === 0) proof.cases.push({ args: [], exit: 0 });
  return proof;
}

function readComparison(text: string): Comparison {
  const [how, ...rest] = text.split(" ");
  if (how === "traceback" || how === "exact") return { how };
  if (how === "first-lines") return { how, lines: Number(rest[0]) };
  if (how === "contains") return { how, text: rest.join(" ") };
  throw new Error(`//proof:compare ${text}: unknown`);
}

/** Words as the shell splits them, with double quotes and backslashes in them. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, "$1")),
  );
}

/** Every byte value in an order that a lost or doubled byte disturbs; proofs/stdin knows the rule. */
export function stdinBytes(count: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: count }, (_, i) => i * 7 + (i >> 8)));
}
