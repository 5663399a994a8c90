import test from "ava";
import { sharedCodeProblems } from "./shared-code.ts";

function messages(title: string, path: string, text: string, ...expected: string[]): void {
  test(title, (t) => {
    const found = sharedCodeProblems(path, text, { "mem/test/pte.h": "one real format" });
    t.deepEqual(
      found.map(({ place, message }) => `${place?.line}: ${message}`),
      expected,
    );
  });
}

messages(
  "shared code may not ask the compiler",
  "mem/a.c",
  "int x;\n#ifdef __x86_64__\n#endif\n",
  "2: shared code says __x86_64__",
);
messages(
  "nor in an expression",
  "mem/a.c",
  "#if defined(__riscv_xlen)\n",
  "1: shared code says __riscv_xlen",
);
messages("nor by a name of ours", "mem/a.h", "if (ARCH_AMD64) f();\n", "1: shared code says ARCH_AMD64");
messages(
  "an asm statement is one machine's",
  "lib/a.c",
  '    __asm__ volatile("nop");\n',
  "1: shared code says __asm__",
);
messages("a port is a PC's", "dev/a.c", "outb(0x3f8, c);\n", "1: shared code says outb");
messages("a CSR is riscv64's", "dev/a.c", "csr_write(sie, 0);\n", "1: shared code says csr_write");
messages("a template asks as little", "core/a.h.hbs", "{{#if amd64}}\n", "1: shared code says amd64");
messages(
  "an include names no architecture",
  "mem/a.c",
  '#include "../arch/amd64/pte.h"\n',
  "1: shared code says amd64",
);
messages("but may take what every one has", "mem/a.c", '#include "arch/pte.h"\n');
messages(
  "shared assembly lays out data",
  "time/a.S",
  '    .rodata\nstart: .incbin "x"\n    nop\n',
  "3: an instruction in shared assembly",
);
messages(
  "comments may say what they like",
  "mem/a.c",
  "/* __x86_64__:\n * outb(1, 2) */\nint x; // amd64 only\n",
);
messages("and so may messages", "boot/a.c", 'return "x86-64 (amd64)";\n');
messages(
  "a comment's sign in quotes opens none",
  "boot/a.c",
  'f("/*"); hlt;\n/* */\n',
  "1: shared code says hlt",
);
messages("arch/ is the place for all that", "arch/amd64/a.c", '__asm__("hlt");\n');
messages("an excused file may name one", "mem/test/pte.h", '#include "arch/amd64/pte.h"\n');
