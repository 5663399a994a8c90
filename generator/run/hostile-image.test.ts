/** Images whose kernel is damaged: whatever the CPUs then execute, a run ends in a status or in one sentence. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import test from "ava";
import { randomNumbers } from "../../hw-models/random-numbers.ts";
import { archs } from "../../runtime-abi/arch.ts";
import { buildKernel } from "../compile/build-kernel.ts";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { runImage } from "./run-image.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-hostile-"));
test.after.always(() => rm(folder, { recursive: true }));

/** Headers and nameplate stay: without them it would be no image. */
const headerBytes = 4096;
const nameplateBytes = 4096;

const elfMachine = { amd64: 62, riscv64: 243 } as const;

for (const arch of archs)
  for (const damaged of [1, 100, 10_000, Number.POSITIVE_INFINITY])
    test.serial(`${arch}: a kernel with ${damaged} wrong bytes ends in a status or a sentence`, async (t) => {
      const kernel = (await buildKernel(arch, () => {})).value!.bytes;
      const room = kernel.length - headerBytes - nameplateBytes;
      for (const seed of [1, 2, 3]) {
        const bytes = Buffer.concat([kernel, handmadeElf(elfMachine[arch])]);
        const random = randomNumbers(seed);
        if (damaged < room) for (let i = 0; i < damaged; i++) bytes[headerBytes + random(room)] = random(256);
        else for (let i = 0; i < room; i++) bytes[headerBytes + i] = random(256);
        const file = join(folder, "image");
        writeFileSync(file, bytes);

        const output = new PassThrough();
        const console = text(output);
        const { value, problems } = await runImage({
          ...{ on: "model", file, program: { env: [], args: [] }, cpus: 2, memoryBytes: 2 ** 26 },
          ...{ progress() {}, input: Readable.from([]), output, isTerminal: false },
          model: { realtime: false, instructions: 3_000_000, onStopped() {} },
        });
        output.end();
        await console;
        t.is(problems?.length ?? 1, 1);
        t.regex(problems?.[0]?.message ?? "", /^.{0,300}$/);
        t.true(problems !== undefined || Number.isInteger(value?.status));
      }
      t.true(readFileSync(join(folder, "image")).length > kernel.length);
    });
