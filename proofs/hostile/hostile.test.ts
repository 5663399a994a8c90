/** Bad input gets one clear sentence and a failing status: before anything boots, and in the kernel by itself. */
import { readFileSync } from "node:fs";
import test from "ava";
import { packImage } from "../../generator/pack/pack.ts";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { kernelFile } from "../harness/kernel-file.ts";
import { boot, type Machine } from "../harness/run-image.ts";
import { tinyElf } from "../harness/tiny-elf.ts";
import { damagedPrograms } from "./damaged.ts";

const machines: Record<Arch, Machine> = {
  amd64: { arch: "amd64", name: "microvm", cpus: 1, memory: "256M" },
  riscv64: { arch: "riscv64", name: "virt", cpus: 1, memory: "256M" },
};

/** Boots what `cat` makes, without any check on the host. */
async function bootCat(arch: Arch, pieces: Buffer[], change: Partial<Machine> = {}) {
  const kernel = readFileSync(await kernelFile(arch));
  const commandLine = "catkernel.record=1 catkernel.tty=0";
  return await boot(
    { image: [kernel, ...pieces], commandLine, input: Buffer.alloc(0) },
    { ...machines[arch], ...change },
  );
}

for (const arch of archs) {
  test.serial(`the host refuses each damaged ${arch} program with one sentence`, async (t) => {
    const kernel = { bytes: readFileSync(await kernelFile(arch)), name: "kernel" };
    for (const { title, bytes, says } of damagedPrograms(arch)) {
      const { problems = [] } = packImage({ kernel, program: { bytes, name: "program" } });
      t.is(problems.length, 1, title);
      t.regex(problems.map(({ message }) => message).join("\n"), says, title);
    }
  });

  test.serial(`the ${arch} kernel refuses each damaged program with one sentence`, async (t) => {
    for (const { title, bytes, says, kernelSays = says } of damagedPrograms(arch)) {
      const { output, status } = await bootCat(arch, [bytes]);
      if (kernelSays === "nothing") assertKilled(t, title, output, status);
      else assertRefused(t, title, output, status, kernelSays);
    }
  });

  test.serial(`the ${arch} kernel says that it has no program`, async (t) => {
    const { output, status } = await bootCat(arch, []);
    assertRefused(t, "no payload", output, status, /^catkernel: No program follows/);
  });

  test.serial(`a good program starts behind the same ${arch} kernel`, async (t) => {
    const { output, status } = await bootCat(arch, [tinyElf(arch)]);
    t.is(output, "!");
    t.is(status, 0);
  });
}

test.serial("a machine with too little memory is told how much it has", async (t) => {
  const { output, status } = await bootCat("amd64", [tinyElf("amd64")], { memory: "8M" });
  // The tiny program may fit: then it must run; else one sentence with the size.
  if (status === 0) t.is(output, "!");
  else assertRefused(t, "8M", output, status, /memory/);
});

test.serial("an image larger than memory does not start", async (t) => {
  const pieces = [tinyElf("amd64"), Buffer.alloc(48 << 20)];
  const { output, status } = await bootCat("amd64", pieces, { memory: "32M" });
  t.not(status, 0);
  t.not(output, "!");
});

function assertKilled(t: Assertions, title: string, output: string, status: number): void {
  const seen = `${title}: status ${status}, ${JSON.stringify(output)}`;
  t.true(/^catkernel: the program was killed by SIG(ILL|SEGV) [^\n]*\n$/.test(output), seen);
  t.true(status > 128, seen);
}

type Assertions = { true(value: boolean, message: string): void };

function assertRefused(t: Assertions, title: string, output: string, status: number, says: RegExp): void {
  const text = output.replace(/\nFAIL: no exit after \d+ ms$/, "").trim();
  const seen = `${title}: status ${status}, ${JSON.stringify(text)}`;
  t.true(says.test(text), seen);
  t.true(text.split("\n").length <= 2, `more than a sentence and its advice: ${seen}`);
  t.true(status !== 0, seen);
}
