/**
 * Proofs in which time does not enter ask the kernel for the same on the bundled machine and in QEMU: the trace that the
 * model makes from outside is, call for call, the kernel's own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { traceInModel, traceInQemu, untouchedByChance } from "../generator/run/both-traces.ts";
import { parseMemorySize } from "../generator/run/memory-size.ts";
import { archs } from "../runtime-abi/arch.ts";
import { buildProofs, goToolchain } from "./harness/build-proofs.ts";
import { kernelFile } from "./harness/kernel-file.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { imageOf } from "./harness/run-image.ts";

const chosen = [
  ...["deadlock", "descriptors", "devices", "directories", "environment", "exit-status", "files", "links"],
  "start",
];

for (const arch of archs)
  for (const proof of readProofs(chosen))
    test.serial(`${arch}: ${proof.name} makes the same calls on the model and in QEMU`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "traces-"));
      const bytes = readFileSync(buildProofs(goToolchain(), arch));
      const pieces = await imageOf(
        readFileSync(await kernelFile(arch)),
        { bytes, name: proof.name },
        proof.root,
      );
      const image = join(folder, "image");
      writeFileSync(image, Buffer.concat(pieces));
      const env = proof.root === undefined ? proof.env : [...proof.env, "PROOF_ROOT=/"];
      for (const { args } of proof.cases) {
        const program = { env, args: [proof.name, ...args] };
        const traced = { arch, image, program, memoryBytes: parseMemorySize(proof.memory)! };
        const inModel = untouchedByChance(await traceInModel(traced));
        const inQemu = untouchedByChance(traceInQemu(traced));
        t.true(inModel.length > 50);
        t.deepEqual(inModel, inQemu);
      }
      rmSync(folder, { recursive: true });
    });
