import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { qemuMachines } from "./machine.ts";
import { prepareImage } from "./prepare-image.ts";
import { type Run, runQemu } from "./run-qemu.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-qemu-"));
test.after.always(() => rm(folder, { recursive: true }));

const hello = fileURLToPath(new URL("../../examples/hello/", import.meta.url));

async function run(arch: Arch, source: string, change: Pick<Run, "output"> & Partial<Run>): Promise<void> {
  const file = join(folder, "program");
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" };
  const built = spawnSync("go", ["build", "-o", file, "."], { cwd: source, env, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const image = (await prepareImage(file, undefined, () => {})).value!;
  await runQemu({
    machine: { arch, name: qemuMachines[arch][0], cpus: 1, memoryBytes: 2 ** 28 },
    image: image.path,
    commandLine: "catkernel.record=1 catkernel.tty=0",
    input: Readable.from([]),
    isTerminal: false,
    ...change,
  });
  await image.dispose();
}

/** Longer than the example runs. */
const napMs = 1000;

/** Prints more than all that lies between a guest and its reader could hold. */
const talker = `package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	output := bufio.NewWriter(os.Stdout)
	for i := 0; i < 50000; i++ {
		fmt.Fprintln(output, "line", i)
	}
	output.Flush()
}
`;
test.before(async () => {
  await writeFile(join(folder, "main.go"), talker);
  await writeFile(join(folder, "go.mod"), "module talker\n\ngo 1.19\n");
});

for (const arch of archs) {
  test.serial(`on ${arch} a program that ends while we are busy loses no output`, async (t) => {
    const output = new PassThrough();
    const console = text(output);
    await run(arch, hello, {
      input: Readable.from([Buffer.alloc(1000)]),
      output,
      // Input is sent when the record says that the machine has started. By then this one is over.
      onRecord: ({ boot }) => {
        if (boot) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, napMs);
      },
    });
    output.end();
    t.regex(await console, /GREETING/);
  });

  test.serial(`on ${arch} a reader that rests loses no output`, async (t) => {
    let read = "";
    let rests = 3;
    const output = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        read += chunk;
        setTimeout(done, rests-- > 0 ? napMs : 0);
      },
    });
    await run(arch, folder, { output });
    const expected = Array.from({ length: 50000 }, (_, i) => `line ${i}\n`).join("");
    t.is(read.length, expected.length);
    t.true(read === expected);
  });
}
