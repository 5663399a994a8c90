import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { qemuMachines } from "./machine.ts";
import { prepareImage } from "./prepare-image.ts";
import { runQemu } from "./run-qemu.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-qemu-"));
test.after.always(() => rm(folder, { recursive: true }));

/** Longer than the example runs. */
const napMs = 1000;

for (const arch of archs) {
  test.serial(`on ${arch} a program that ends while we are busy loses no output`, async (t) => {
    const file = join(folder, arch);
    spawnSync("go", ["build", "-o", file, "."], {
      cwd: fileURLToPath(new URL("../../examples/hello/", import.meta.url)),
      env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" },
    });
    const image = (await prepareImage(file, undefined, () => {})).value!;
    const output = new PassThrough();
    const console = text(output);
    await runQemu({
      machine: { arch, name: qemuMachines[arch][0], cpus: 1, memoryBytes: 2 ** 28 },
      image: image.path,
      commandLine: "catkernel.record=1 catkernel.tty=0",
      input: Readable.from([Buffer.alloc(1000)]),
      output,
      isTerminal: false,
      // Input is sent when the record says that the machine has started. By then this one is over.
      onRecord: ({ boot }) => {
        if (boot) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, napMs);
      },
    });
    output.end();
    t.regex(await console, /GREETING/);
    await image.dispose();
  });
}
