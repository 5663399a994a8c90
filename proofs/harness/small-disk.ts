/**
 * A folder for temporary files that is soon full, on Linux: a file system in memory, which only the program that is run
 * behind it sees. Mounting it without being root needs what some machines do not permit.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const unshare = ["unshare", "--user", "--map-root-user", "--mount"];
const mount = 'mount -t tmpfs -o size="$1" proof "$TMPDIR" && shift && exec "$@"';

let reason: string | undefined | null = null;

/** Undefined if one can be mounted. */
export function whyNoDisk(): string | undefined {
  if (reason !== null) return reason;
  const [command = "", ...words] = unshare;
  const { status, error } = spawnSync(command, [...words, "mount", "-t", "tmpfs", "proof", tmpdir()]);
  reason = error ? "unshare(1) is not there" : status === 0 ? undefined : "unshare(1) may not mount here";
  return reason;
}

/** `size` in mount's words; `prefix` goes before the command. */
export function smallDisk(size: string): { prefix: string[]; env: string[]; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "proof-disk-"));
  return {
    prefix: [...unshare, "/bin/sh", "-c", mount, "sh", size],
    env: [`TMPDIR=${folder}`, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    remove: () => rmdirSync(folder),
  };
}
