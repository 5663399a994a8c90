/** What is no Go program for this kernel, or a damaged one, gets one sentence; nothing throws, and memory stays bounded. */
import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { callsByNumber } from "../run/spec-calls.ts";
import { exampleProgram } from "./example-program.ts";
import { Image } from "./image.ts";
import { readDemand, readDemandOfFile } from "./read-demand.ts";

const folder = mkdtempSync(join(tmpdir(), "demand-"));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
const program = exampleProgram("amd64");
const calls = await callsByNumber("amd64");

const sentenceOf = (bytes: Buffer) =>
  readDemand(bytes, "prog", calls).problems?.map(({ message }) => message);
function fileOf(name: string, bytes: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const sentenceOfFile = (path: string) => readDemandOfFile(path, calls).problems?.map(({ code }) => code);

test("files that are no programs are told by their first bytes", (t) => {
  t.deepEqual(sentenceOfFile(fileOf("empty", "")), ["not-elf"]);
  t.deepEqual(sentenceOfFile(fileOf("text", "#!/bin/sh\n")), ["not-elf"]);
  t.deepEqual(sentenceOfFile(join(folder, "none")), ["unreadable"]);
  t.deepEqual(sentenceOfFile(folder), ["unreadable"]);
});

test("two gigabytes of zeros are refused without reading them, three behind an ELF header by their size", (t) => {
  const before = process.memoryUsage().rss;
  const zeros = fileOf("zeros", "");
  const file = openSync(zeros, "r+");
  ftruncateSync(file, 2 ** 31);
  t.deepEqual(sentenceOfFile(zeros), ["not-elf"]);
  ftruncateSync(file, 3 * 2 ** 30);
  closeSync(file);
  const program = fileOf("large", handmadeElf());
  const large = openSync(program, "r+");
  ftruncateSync(large, 3 * 2 ** 30);
  closeSync(large);
  t.deepEqual(sentenceOfFile(program), ["too-large"]);
  t.true(process.memoryUsage().rss - before < 64 << 20);
});

test("a program in C is no Go program", (t) => {
  const source = fileOf("start.c", "void _start(void) { for (;;) ; }\n");
  const target = join(folder, "start");
  const link = ["-nostdlib", "-static", "-ffreestanding", "-fuse-ld=lld", "-Wl,-z,separate-code"];
  execFileSync("clang", ["--target=x86_64-linux-gnu", ...link, "-o", target, source]);
  t.deepEqual(sentenceOfFile(target), ["not-go"]);
});

test("a Go program with C in it is told so", (t) => {
  const patched = Buffer.from(program);
  // A function of the runtime becomes one of cgo's.
  for (
    let at = patched.indexOf("runtime.gcenable\0");
    at >= 0;
    at = patched.indexOf("runtime.gcenable\0", at + 1)
  ) {
    patched.write("runtime/cgo.able", at, "latin1");
  }
  t.deepEqual(sentenceOf(patched), ["prog has C code in it (cgo), and nobody can tell what that asks for"]);
});

test("a program that is cut off is told so", (t) => {
  for (const part of [0.3, 0.6, 0.9]) {
    t.regex(sentenceOf(program.subarray(0, program.length * part))?.[0] ?? "", /cut off/);
  }
});

test("a damaged table of functions gets a sentence", (t) => {
  const image = new Image(program, "amd64");
  const table = image.offsetOf(image.section(".gopclntab")!.address);
  const damage = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(program);
    change(bytes);
    return sentenceOf(bytes)?.[0] ?? "";
  };
  t.is(
    damage((bytes) => bytes.writeUInt32LE(0xfffffffd, table)),
    "prog is damaged: its table of functions (.gopclntab) begins with 0xfffffffd, which no Go release writes",
  );
  t.regex(
    damage((bytes) => bytes.writeBigUInt64LE(1n << 40n, table + 8)),
    /counts \d+ functions/,
  );
  t.regex(
    damage((bytes) => bytes.writeBigUInt64LE(1n << 20n, table + 8)),
    /is cut off/,
  );
  t.regex(
    damage((bytes) => bytes.writeUInt8(4, table + 7)),
    /wrong header/,
  );
  const entries = Number(program.readBigUInt64LE(table + 64));
  t.regex(
    damage((bytes) => bytes.writeUInt32LE(0xfffffff0, table + entries + 8)),
    /outside of the program's code/,
  );
  t.regex(
    damage((bytes) => bytes.writeUInt32LE(0xfffffff0, table + entries + 4)),
    /no record of function 0/,
  );
});

test("random damage never throws", (t) => {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const image = new Image(program, "amd64");
  const places = [".gopclntab", ".go.buildinfo", ".rodata", ".text", ".data", ".noptrdata"].map((name) => {
    const { address, bytes } = image.section(name)!;
    return { start: image.offsetOf(address), bytes };
  });
  const headers = { start: program.length - 4096, bytes: 4096 };
  for (const { start, bytes } of [{ start: 0, bytes: 512 }, headers, ...places]) {
    const damaged = Buffer.from(program);
    for (let index = 0; index < 40; index++) damaged[start + random(bytes)] = random(256);
    for (let index = 0; index < 10; index++) damaged[start + random(Math.min(bytes, 128))] = random(256);
    t.notThrows(() => readDemand(damaged, "prog", calls));
  }
});
