import test from "ava";
import { unmirroredFiles, unmirroredFunctions } from "./mirror.ts";

const none = { amd64: {}, riscv64: {} };

/** Files as `path: text`; expected as the messages. */
function files(
  title: string,
  paths: readonly string[],
  expected: readonly string[],
  alone: Parameters<typeof unmirroredFiles>[1] = none,
): void {
  test(title, (t) => {
    const found = unmirroredFiles(new Map(paths.map((path) => [path, ""])), alone);
    t.deepEqual(
      found.map(({ place, message }) => `${place?.file}: ${message}`),
      expected,
    );
  });
}

files("two folders with the same names mirror", ["arch/amd64/a.c", "arch/riscv64/a.c"], []);
files("C may mirror assembly", ["arch/amd64/user.S", "arch/riscv64/user.c"], []);
files(
  "a header mirrors only a header",
  ["arch/amd64/a.h", "arch/riscv64/a.c"],
  [
    "shim-templates/arch/amd64/a.h: arch/riscv64 has no a.h",
    "shim-templates/arch/riscv64/a.c: arch/amd64 has no a",
  ],
);
files(
  "a file in another folder is no counterpart",
  ["arch/amd64/image/a.c", "arch/riscv64/a.c"],
  [
    "shim-templates/arch/amd64/image/a.c: arch/riscv64 has no image/a",
    "shim-templates/arch/riscv64/a.c: arch/amd64 has no a",
  ],
);
files("a file that only one machine has is excused by its reason", ["arch/amd64/acpi.c"], [], {
  amd64: { "acpi.c": "riscv64 has a device tree" },
  riscv64: {},
});
files(
  "an excuse of a file that has its counterpart is needless",
  ["arch/amd64/a.c", "arch/riscv64/a.c"],
  ["shim-templates/arch/amd64/a.c: it has its counterpart"],
  { amd64: { "a.c": "why" }, riscv64: {} },
);
files(
  "and so is one of a file that is gone",
  [],
  ["shim-templates/arch/riscv64/gone.c: there is no such file"],
  { amd64: {}, riscv64: { "gone.c": "why" } },
);
files("a test goes with what it tests", ["arch/riscv64/a.test.c"], []);

function functions(title: string, sources: Record<string, string>, expected: readonly string[]): void {
  test(title, (t) => {
    const found = unmirroredFunctions(new Map(Object.entries(sources)));
    t.deepEqual(
      found.map(({ message }) => message),
      expected,
    );
  });
}

const header = {
  "include/arch.h": "/* void said(void); */\nNORETURN void arch_halt(void);\nu64 arch_ticks(void); /* x */\n",
};
const halt = "NORETURN void arch_halt(void) {\n}\n";
const ticks = "u64 arch_ticks(void) { return 1; }\n";
functions(
  "what both define in files of one name is fine",
  {
    ...header,
    "arch/amd64/a.c": halt + ticks,
    "arch/riscv64/a.c": halt,
    "arch/riscv64/sub/a.c": "",
    "arch/riscv64/b.c": "",
    "arch/riscv64/a.S": "    .globl arch_ticks\narch_ticks:\n",
  },
  [],
);
functions(
  "a function that one architecture lacks",
  { ...header, "arch/amd64/a.c": halt + ticks, "arch/riscv64/a.c": halt },
  ["arch_ticks() is not defined in arch/riscv64"],
);
functions("a function that both lack", { "include/arch.h": "void arch_x(u32 a,\n    u32 b);\n" }, [
  "arch_x() is not defined in arch/amd64, arch/riscv64",
]);
functions(
  "a function in files of two names",
  { "include/arch.h": "u64 arch_ticks(void);\n", "arch/amd64/a.c": ticks, "arch/riscv64/b.c": ticks },
  ["arch_ticks() is in arch/amd64/a and arch/riscv64/b"],
);
functions(
  "a static function of that name does not count",
  {
    "include/arch.h": "u64 arch_ticks(void);\n",
    "arch/amd64/a.c": ticks,
    "arch/riscv64/a.c": `static ${ticks}`,
  },
  ["arch_ticks() is not defined in arch/riscv64"],
);
functions(
  "nor do a call and a declaration",
  {
    "include/arch.h": "u64 arch_ticks(void);\n",
    "arch/amd64/a.c": ticks,
    "arch/riscv64/a.c": "u64 arch_ticks(void);\nvoid f(void) {\n    arch_ticks();\n}\n",
  },
  ["arch_ticks() is not defined in arch/riscv64"],
);
functions(
  "an architecture's own header binds when shared code includes it",
  {
    "lib/user.c": '#include "arch/user.h"\n',
    "arch/amd64/user.h": "void copy(void);\n",
    "arch/amd64/user.c": "void copy(void) {\n}\n",
    "arch/riscv64/user.h": "",
    "arch/riscv64/user.c": "",
  },
  ["copy() is not defined in arch/riscv64"],
);
functions(
  "what shared code defines is nobody else's duty",
  { "include/arch.h": "void arch_f(void);\n", "lib/a.c": "void arch_f(void) {\n}\n" },
  [],
);
