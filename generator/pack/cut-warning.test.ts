/** What is said of a kernel that was cut to other programs: as a value, and as `pack` and `run` come to say it. */
import test from "ava";
import { exampleProgram } from "../demand/example-program.ts";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { type Kept, keptBy, programDigest } from "../select/kept.ts";
import { writeSelection } from "../select/kept-text.ts";
import { callsThatNameFiles, demandOf } from "../select/select-for.ts";
import { cutWarning } from "./cut-warning.ts";
import { handmadeKernel } from "./handmade-kernel.ts";
import { readKernel } from "./kernel-file.ts";

const program = { bytes: exampleProgram("amd64"), name: "hello" };
const { demand, digest } = (await demandOf(program)).value!;
const wanted = keptBy([demand], await callsThatNameFiles("amd64"))!;

/** The warning before `program` of a kernel cut to another one, which kept this. */
const warning = (kept: Kept, other = "0123456789abcdef", before = program) => {
  const selection = writeSelection({ programs: [{ name: "other", digest: other }], kept });
  return cutWarning(readKernel(handmadeKernel(selection), "kernel").value!, before);
};
const without = (...calls: string[]): Kept => ({
  ...wanted,
  calls: new Map([...wanted.calls].filter(([call]) => !calls.includes(call))),
});

test("a kernel that was cut to another program says what it lacks for this one", async (t) => {
  t.is(
    await warning(without("futex", "nanosleep")),
    "the kernel was cut to other: it lacks futex, nanosleep, for which hello can ask, and answers ENOSYS; catkernel kernel --for makes one for it",
  );
});

test("a value of an argument that is not kept is lacked, too", async (t) => {
  const values = new Map([...wanted.values, ["mmap", new Map([["flags", [0x22]]])]]);
  t.regex((await warning({ ...wanted, values })) ?? "", /: it lacks mmap flags 50, for which hello can ask,/);
});

test("many that it lacks are counted", async (t) => {
  const lacked = [...wanted.calls.keys()].filter((call) => !call.startsWith("e")).slice(0, 11);
  t.regex(
    (await warning(without(...lacked))) ?? "",
    /^the kernel was cut to other: it lacks .* and \d+ more, for/,
  );
});

test("nothing is said of a kernel that has all, or was made for this program", async (t) => {
  t.is(await warning(wanted), undefined);
  t.is(await warning(without("futex"), digest), undefined);
  t.is(digest, programDigest(program.bytes));
});

test("of a program that cannot be read nobody can tell", async (t) => {
  const other = { bytes: handmadeElf(), name: "c-program" };
  t.regex((await warning(wanted, undefined, other)) ?? "", /nobody can tell what c-program asks for/);
});
