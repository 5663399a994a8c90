/**
 * The law of shared code: outside shim-templates/arch/ nothing asks which architecture it is on, and nothing speaks to
 * a CPU in its own words. What differs is a function or a header that every architecture has.
 */
import type { Problem } from "../generator/problem.ts";
import { archs } from "../runtime-abi/arch.ts";
import { withoutComments, withoutStrings } from "./c-text.ts";

const questions = /\b(?:__(?:x86_64|amd64|i386|riscv|aarch64)\w*|ARCH_\w+|__riscv)\b/;
const words =
  /\b(?:asm|__asm__|__asm|(?:in|out)[bwl](?=\s*\()|rdtscp?|rdmsr|wrmsr|cpuid|invlpg|hlt|cli|sti|csrr?[wsc]?i?|csr_\w+|s?fence_?\w*|ecall|wfi|(?:read|write)_cr\d)\b/;
const archName = new RegExp(String.raw`\b(?:${archs.join("|")})\b`);
/** Shared assembly lays out data; an instruction would be one machine's. */
const directiveOrLabel = /^\s*(?:[\w$.]+:\s*)?(?:\.\w+\b.*|#.*)?$/;

type Rule = { code: string; finds: (line: string, whole: string) => string | undefined; fix: string };

const rules: readonly Rule[] = [
  {
    code: "asks-architecture",
    finds: (line) => questions.exec(line)?.[0],
    fix: "Let both architectures define what differs: shim-templates/include/arch.h.",
  },
  {
    code: "speaks-to-cpu",
    finds: (line) => words.exec(line)?.[0],
    fix: "Make it a function of arch/.",
  },
  {
    code: "names-architecture",
    // An include's path is in quotes, which `line` has not; a template's condition is not C.
    finds: (line, whole) => archName.exec(whole.includes("#include") ? whole : line)?.[0],
    fix: "Include it as arch/NAME.h; a template gets what differs from its view.",
  },
];

/** `path` is relative to shim-templates/. */
export function sharedCodeProblems(
  path: string,
  text: string,
  excused: Record<string, string> = {},
): Problem[] {
  if (path.startsWith("arch/") || !/\.(?:[chS]|hbs)$/.test(path) || excused[path] !== undefined) return [];
  const problems: Problem[] = [];
  const code = withoutComments(text);
  const bare = withoutStrings(code).split("\n");
  for (const [index, whole] of code.split("\n").entries()) {
    const place = { file: `shim-templates/${path}`, line: index + 1, column: 1 };
    for (const { code, finds, fix } of rules) {
      const word = finds(bare[index] ?? "", whole);
      if (word !== undefined) problems.push({ code, place, message: `shared code says ${word}`, fix });
    }
    if (path.endsWith(".S") && !directiveOrLabel.test(bare[index] ?? ""))
      problems.push({
        code: "speaks-to-cpu",
        place,
        message: "an instruction in shared assembly",
        fix: "Move it to arch/.",
      });
  }
  return problems;
}
