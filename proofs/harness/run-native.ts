/** Runs one case of a proof on the Linux of this machine, for another architecture through QEMU's user mode. */
import { spawnSync } from "node:child_process";
import { constants, tmpdir } from "node:os";
import type { Ran } from "./compare.ts";
import { type Proof, type ProofCase, stdinBytes } from "./read-proofs.ts";
import { smallDisk, whyNoDisk } from "./small-disk.ts";

/** Against hanging only: a machine may be busy. */
const timeoutMs = 240_000;

/** `command` is the binary with all proofs, behind its emulator if it needs one. */
export function runNative(command: readonly string[], proof: Proof, { args }: ProofCase): Ran {
  const start = performance.now();
  // The shell joins both outputs into one pipe, as the console does, and sets the limit.
  const limit = proof.limit === undefined ? "" : `ulimit -v ${proof.limit}; `;
  const script = `ulimit -c 0; ${limit}exec "$0" "$@" 2>&1`;
  const disk = proof.disk !== undefined && whyNoDisk() === undefined ? smallDisk(proof.disk) : undefined;
  const root = proof.root === undefined ? [] : [`PROOF_ROOT=${proof.root}`];
  const { stdout, status, signal, error } = spawnSync(
    "/bin/sh",
    ["-c", script, ...(disk?.prefix ?? []), ...command, proof.name, ...args],
    {
      env: Object.fromEntries(
        ["HOME=/", "TERM=linux", ...proof.env, ...root, ...(disk?.env ?? [])].map((assignment) =>
          assignment.split(/=(.*)/s, 2),
        ),
      ),
      cwd: tmpdir(),
      input: stdinBytes(proof.stdin),
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 64 << 20,
    },
  );
  const ms = performance.now() - start;
  disk?.remove();
  if (error) return { output: `${stdout}\nFAIL: ${error.message}`, status: -1, ms };
  return { output: stdout.toString(), status: status ?? 128 + constants.signals[signal!], ms };
}
