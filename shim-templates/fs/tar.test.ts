import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Header } from "tar-stream";
import { hostProgram } from "../host-program.ts";
import { archiveOf } from "./test-archive.ts";
import { treeSources } from "./tree-sources.ts";

const program = hostProgram([
  "fs/tar.test.c",
  "fs/tar.c",
  "fs/tar-header.c",
  "core/format.c",
  ...treeSources,
]);

const listingOf = async (archive: Buffer, ...args: string[]): Promise<string[]> => {
  const file = join(mkdtempSync(join(tmpdir(), "tar-")), "root.tar");
  writeFileSync(file, archive);
  const output = execFileSync(await program, [file, ...args], { encoding: "utf8" });
  return output.trimEnd().split("\n").sort();
};

/** FNV-1a, as the program prints it. */
const sumOf = (text: string): string => {
  let hash = 2166136261;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash.toString(16).padStart(8, "0");
};
const time = "1700000000.0";

test("files, directories and links of an archive are in the tree", async (t) => {
  const archive = await archiveOf([
    { name: "./", type: "directory", mode: 0o755 },
    { name: "./bin/", type: "directory", mode: 0o700 },
    { name: "./bin/tool", mode: 0o4755, text: "the tool" },
    { name: "bin/again", type: "link", linkname: "./bin/tool" },
    { name: "lib", type: "symlink", linkname: "usr/lib", mode: 0o777 },
    { name: "usr/lib/deep/file.txt", text: "parents come by themselves\n" },
    { name: "lib/through", text: "a link on the way is followed\n" },
    { name: "empty" },
  ]);
  const madeBySomeName = /^\/(usr|usr\/lib|usr\/lib\/deep) /; // their time is that of the test
  const listing = await listingOf(archive);
  t.deepEqual(
    listing.filter((line) => !madeBySomeName.test(line)),
    [
      `/bin 40700 0 0 ${time} 00000000`,
      `/bin/again 104755 2 8 ${time} ${sumOf("the tool")}`,
      `/bin/tool 104755 2 8 ${time} ${sumOf("the tool")}`,
      `/empty 100644 1 0 ${time} ${sumOf("")}`,
      `/lib 120777 1 7 ${time} -> usr/lib`,
      `/usr/lib/deep/file.txt 100644 1 27 ${time} ${sumOf("parents come by themselves\n")}`,
      `/usr/lib/through 100644 1 30 ${time} ${sumOf("a link on the way is followed\n")}`,
    ],
  );
  t.is(listing.length, 10);
});

test("a later entry replaces an earlier one, and a directory keeps what is in it", async (t) => {
  const archive = await archiveOf([
    { name: "a", text: "first" },
    { name: "d/inside", text: "kept" },
    { name: "a", text: "second" },
    { name: "d", text: "a file in the place of a directory" },
    { name: "d/", type: "directory", mode: 0o711 },
  ]);
  t.deepEqual(await listingOf(archive), [
    `/a 100644 1 6 ${time} ${sumOf("second")}`,
    `/d 40711 0 0 ${time} 00000000`,
    `/d/inside 100644 1 4 ${time} ${sumOf("kept")}`,
  ]);
});

test("names longer than a header come from pax records, with fractions of seconds", async (t) => {
  const long = `${"d".repeat(120)}/${"e".repeat(200)}`;
  const archive = await archiveOf([
    { name: long, text: "long", pax: { mtime: "1700000000.25" } },
    { name: "link", type: "symlink", linkname: long, mode: 0o777 },
  ]);
  const listing = await listingOf(archive);
  t.is(listing[1], `/${long} 100644 1 4 1700000000.250000000 ${sumOf("long")}`);
  t.is(listing[2], `/link 120777 1 ${long.length} ${time} -> ${long}`);
});

test("names longer than a header come from GNU's own entries", async (t) => {
  const long = `gnu/${"n".repeat(150)}`;
  const [name, file] = [
    await archiveOf([{ name: "././@LongLink", text: `${long}\0` }]),
    await archiveOf([{ name: "cut", text: "gnu" }]),
  ];
  const header = name.subarray(0, 512);
  header.write("L", 156);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const listing = await listingOf(Buffer.concat([name.subarray(0, 1024), file]));
  t.is(listing[1], `/${long} 100644 1 3 ${time} ${sumOf("gnu")}`);
});

test("what cannot be is left out", async (t) => {
  const archive = await archiveOf([
    { name: "../outside", text: "x" },
    { name: "a/../../b", text: "x" },
    { name: "device", type: "character-device", devmajor: 1, devminor: 3 },
    { name: "nowhere", type: "link", linkname: "missing" },
    { name: "file", text: "f" },
    { name: "file/below", text: "x" },
  ]);
  t.deepEqual(
    (await listingOf(archive)).map((line) => line.split(" ")[0]),
    ["/a", "/file"],
  );
});

test("what cannot be read right is refused", async (t) => {
  const refusalOf = async (entry: Partial<Header>) => {
    const file = join(mkdtempSync(join(tmpdir(), "tar-")), "root.tar");
    writeFileSync(file, await archiveOf([{ name: "first" }, { name: "odd", text: "text", ...entry }]));
    return spawnSync(await program, [file], { encoding: "utf8" }).stdout;
  };
  const refused = /^refused: The root archive cannot be used: at byte \d+ there /;
  for (const pax of [{ size: "5" }, { "GNU.sparse.major": "1" }]) t.regex(await refusalOf({ pax }), refused);
  t.notRegex(await refusalOf({ pax: { size: "4" } }), /refused/);
});

test("damaged archives end well", async (t) => {
  const archive = await archiveOf([
    ...Array.from({ length: 60 }, (_, i) => ({
      name: `d${i % 7}/e${i % 5}/f${i}`,
      text: `file ${i}`.repeat(i * 5),
    })),
    ...Array.from({ length: 20 }, (_, i) => ({
      name: `d${i % 7}/l${i}`,
      type: "symlink" as const,
      linkname: `../d${i % 3}`,
    })),
    ...Array.from({ length: 20 }, (_, i) => ({
      name: `d${i % 7}/l${i}/x${i}/${"n".repeat(i * 12)}`,
      text: "through",
    })),
    ...Array.from({ length: 20 }, (_, i) => ({
      name: `h${i}`,
      type: "link" as const,
      linkname: `d${i % 7}/e${i % 5}/f${i}`,
    })),
  ]);
  for (const seed of ["1", "2", "3"]) {
    const said = (await listingOf(archive, seed, "1000")).filter((line) => line !== "survived");
    t.true(said.length < 1000, said[0]);
    for (const line of said) t.regex(line, /^The root archive cannot be used: at byte \d+ there (is|are) /);
  }
});
