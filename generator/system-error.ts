/** What the operating system refused, in words: a Problem for the person at the machine, not a bug. */
import { getSystemErrorMessage } from "node:util";

/** "no such file or directory" and the like; any other error is a bug of ours and goes on. */
export function systemErrorReason(error: unknown): string {
  if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
    return getSystemErrorMessage(error.errno);
  }
  if (error instanceof RangeError && "code" in error && error.code === "ERR_FS_FILE_TOO_LARGE") {
    return "the file is larger than 4 GiB";
  }
  throw error;
}
