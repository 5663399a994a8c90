/**
 * A pipe that a child process writes to. Node's own are sockets, where each byte that a serial port writes by itself
 * takes the room of hundreds: two hundred of them, and QEMU must wait for the reader, and its guest, which waits for no
 * terminal for ever, goes on and loses text. A pipe of the system holds 64 KiB of single bytes.
 */
import { execFileSync } from "node:child_process";
import { constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** `writeEnd` is the descriptor to give to the child, and to close here once it has it: then the stream has an end. */
export function oneWayPipe(): { writeEnd: number; stream: Readable } {
  const folder = mkdtempSync(join(tmpdir(), "pipe-"));
  try {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    // In this order: there is a reader when the write end is opened for writing alone, which would wait for one.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openSync(path, constants.O_WRONLY);
    return { writeEnd, stream: new Socket({ fd: readEnd, readable: true, writable: false }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
