/**
 * The files a program finds under `/`: a folder is made into a tar archive, an archive is taken as it is. The same
 * folder gives the same bytes on any machine: sorted names, no dates, owner root.
 */
import { lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type Header, pack } from "tar-stream";
import { fail, type Outcome, succeed } from "../problem.ts";
import { systemErrorReason } from "../system-error.ts";
import { readInput } from "./read-input.ts";
import { tarExtent } from "./tar-file.ts";

const blockSize = 512;
type EntryHeader = Partial<Header> & { name: string };

/** `path` is a folder or an uncompressed tar archive. */
export async function rootTar(path: string): Promise<Outcome<Buffer>> {
  try {
    if ((await stat(path)).isDirectory()) return await tarOf(path);
  } catch (error) {
    return fail("unreadable", `cannot read ${path}: ${systemErrorReason(error)}`);
  }
  const bytes = await readInput(path);
  return bytes.problems ? bytes : checkTar(bytes.value, path);
}

function checkTar(bytes: Buffer, path: string): Outcome<Buffer> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return fail("compressed-tar", `${path} is compressed`, "Unpack it first: gunzip FILE.tar.gz");
  }
  const isTar = bytes.length >= blockSize && bytes.toString("latin1", 257, 262) === "ustar";
  if (!isTar) return fail("not-a-tar", `${path} is neither a folder nor a tar archive`);
  if (bytes.length % blockSize !== 0)
    return fail("truncated", `${path} is cut off: no whole number of blocks`);
  const { problem } = tarExtent(bytes);
  if (problem !== undefined) return fail("bad-tar", `${path} cannot be used: ${problem}`);
  return succeed(bytes);
}

async function tarOf(root: string): Promise<Outcome<Buffer>> {
  const archive = pack();
  const bytes = buffer(archive);
  const add = (header: EntryHeader, content?: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      const plain: EntryHeader = {
        ...header,
        mtime: new Date(0),
        uid: 0,
        gid: 0,
        uname: "root",
        gname: "root",
      };
      if (content === undefined) archive.entry(plain, done);
      else archive.entry(plain, content, done);
    });

  // Parents come before what they hold, names in the order of their bytes.
  const addFolder = async (folder: string): Promise<string | undefined> => {
    const names = (await readdir(join(root, folder))).sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    for (const entry of names) {
      const name = folder === "" ? entry : `${folder}/${entry}`;
      const path = join(root, name);
      const info = await lstat(path);
      const mode = info.mode & 0o7777;
      if (info.isSymbolicLink()) {
        await add({ name, mode: 0o777, type: "symlink", linkname: await readlink(path) });
      } else if (info.isDirectory()) {
        await add({ name: `${name}/`, mode, type: "directory" });
        const odd = await addFolder(name);
        if (odd !== undefined) return odd;
      } else if (info.isFile()) {
        await add({ name, mode, type: "file" }, await readFile(path));
      } else {
        return path;
      }
    }
    return undefined;
  };

  const odd = await addFolder("");
  archive.finalize();
  const tar = await bytes;
  if (odd !== undefined)
    return fail("odd-file", `${odd} is neither a file, a folder nor a link`, "Remove it.");
  return succeed(tar);
}
