import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { extract, type Header, pack } from "tar-stream";
import { rootTar } from "./root-tar.ts";
import { tarExtent } from "./tar-file.ts";

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "catkernel-test-"));
  t.teardown(() => rm(path, { recursive: true }));
  return path;
}

async function fill(path: string, names: readonly string[]): Promise<void> {
  await mkdir(join(path, "etc"));
  for (const name of names) await writeFile(join(path, "etc", name), name);
  await symlink("etc/a", join(path, "link"));
}

test("the same files give the same bytes, whenever and in whatever order they were made", async (t) => {
  const [one, two] = [await folder(t), await folder(t)];
  await fill(one, ["a", "b", "ä"]);
  await fill(two, ["ä", "b", "a"]);
  await utimes(join(two, "etc/a"), 1, 1);
  const [first, second] = [(await rootTar(one)).value, (await rootTar(two)).value];
  t.true(first !== undefined && second !== undefined && first.equals(second));
});

test("names, modes, links and long names arrive", async (t) => {
  const root = await folder(t);
  const long = `${"d".repeat(120)}/${"f".repeat(200)}`;
  await mkdir(join(root, "d".repeat(120)));
  await writeFile(join(root, long), "far");
  await writeFile(join(root, "run"), "x");
  await chmod(join(root, "run"), 0o755);
  await symlink("run", join(root, "zz"));
  const seen: string[] = [];
  for await (const entry of Readable.from([(await rootTar(root)).value]).pipe(extract())) {
    const content = await buffer(entry);
    const { name, type, mode = 0, linkname, mtime } = entry.header;
    t.is(mtime?.getTime(), 0);
    seen.push(`${type} ${name} ${mode.toString(8)} ${linkname ?? ""}${content}`);
  }
  const directory = `directory ${"d".repeat(120)}/`;
  t.is(seen[0]?.slice(0, directory.length), directory);
  t.true(seen[1]?.startsWith(`file ${long} `) && seen[1].endsWith("far"));
  t.deepEqual(seen.slice(2), ["file run 755 x", "symlink zz 777 run"]);
});

test("an archive is taken as it is", async (t) => {
  const root = await folder(t);
  await fill(root, ["a"]);
  const tar = (await rootTar(root)).value ?? Buffer.alloc(0);
  await writeFile(join(root, "root.tar"), tar);
  t.deepEqual((await rootTar(join(root, "root.tar"))).value, tar);
});

function refused(title: string, code: string, content: Uint8Array | undefined): void {
  test(title, async (t) => {
    const path = join(await folder(t), "root.tar");
    if (content !== undefined) await writeFile(path, content);
    t.is((await rootTar(path)).problems?.[0]?.code, code);
  });
}

const ustar = Buffer.alloc(1024);
ustar.write("ustar", 257);
refused("no such file", "unreadable", undefined);
refused("an empty file is no archive", "not-a-tar", Buffer.alloc(0));
refused("a text is no archive", "not-a-tar", Buffer.from("hello".repeat(200)));
refused("a compressed archive is to be unpacked first", "compressed-tar", Buffer.of(0x1f, 0x8b, 8, 0));
refused("an archive that is cut off", "truncated", ustar.subarray(0, 700));
refused("an archive whose header has a wrong sum", "bad-tar", ustar);

async function archiveOf(...entries: (Partial<Header> & { name: string })[]): Promise<Buffer> {
  const archive = pack();
  for (const entry of entries) archive.entry(entry, "text");
  archive.finalize();
  return await buffer(archive);
}

test("what an archive holds is followed to its end, and the first place where it cannot be is named", async (t) => {
  const good = await archiveOf({ name: "a" }, { name: "b", pax: { size: "4" } });
  t.deepEqual(tarExtent(good), { end: good.length });
  const behind = Buffer.concat([good, Buffer.alloc(600, 1)]);
  t.deepEqual(tarExtent(behind), { end: good.length });
  t.deepEqual(tarExtent(good.subarray(0, 512)), { problem: "at byte 0 there is a file that is cut off" });
  const sizes = await archiveOf({ name: "a" }, { name: "b", pax: { size: "5" } });
  t.regex(tarExtent(sizes).problem ?? "", /^at byte 2048 there is a file of two sizes/);
  const sparse = await archiveOf({ name: "a", pax: { "GNU.sparse.major": "1" } });
  t.regex(tarExtent(sparse).problem ?? "", /sparse file.*without -S/);
  const longer = Buffer.from(sparse.toString("latin1").replace("22 GNU", "99 GNU"), "latin1");
  t.regex(tarExtent(longer).problem ?? "", /^at byte 0 there are pax records of wrong lengths/);
});
