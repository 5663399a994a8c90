/** For tests: a tar archive of these entries, files of mode 644 with a time of their own where nothing else is said. */
import { buffer } from "node:stream/consumers";
import { type Header, pack } from "tar-stream";

export type ArchiveEntry = Partial<Header> & { name: string; text?: string };

export async function archiveOf(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text, ...header } of entries)
    archive.entry({ mode: 0o644, mtime: new Date(1_700_000_000_000), ...header }, text ?? "");
  archive.finalize();
  return await buffer(archive);
}
