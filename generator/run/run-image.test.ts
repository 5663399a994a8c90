import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { qemuMachines } from "./machine.ts";
import { type RunRequest, runImage } from "./run-image.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-run-"));
const hello = { amd64: join(folder, "hello-amd64"), riscv64: join(folder, "hello-riscv64") };
for (const arch of archs) {
  spawnSync("go", ["build", "-o", hello[arch], "."], {
    cwd: fileURLToPath(new URL("../../examples/hello/", import.meta.url)),
    env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" },
  });
}
test.after.always(() => rm(folder, { recursive: true }));

const request = {
  on: "qemu" as const,
  file: hello.amd64,
  program: { env: ["GREETING=good day"], args: ["3", 'a "b"', ""] },
  cpus: 1,
  memoryBytes: 2 ** 28,
  progress: () => {},
  input: Readable.from([]),
  isTerminal: false,
};

/** Boots the example with its console as text. */
async function boot(change: Partial<RunRequest>) {
  const output = new PassThrough();
  const console = text(output);
  const result = await runImage({ ...request, output, ...change });
  output.end();
  return { ...result, console: await console };
}

for (const arch of archs) {
  const file = hello[arch];
  for (const machine of qemuMachines[arch]) {
    test.serial(`on ${machine} a program says what it was told, and its exit status arrives`, async (t) => {
      const { value, console } = await boot({ file, machine, cpus: 2 });
      t.is(value?.status, 3);
      t.regex(
        console,
        /^Hello from go\S+ on 2 CPUs\.\narguments: \["3" "a \\"b\\"" ""\]\nGREETING: {2}"good day"\n$/,
      );
    });
  }

  test.serial(`on ${arch} the trace comes beside the console, the record into its file`, async (t) => {
    const trace: string[] = [];
    const recordFile = join(folder, "record");
    const { console } = await boot({ file, onTrace: (line) => trace.push(line), recordFile });
    t.true(trace.some((line) => line.includes("write(1, ")));
    t.notRegex(console, /write\(/);
    const lines = (await readFile(recordFile, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    t.like(
      lines.find((line) => line.boot),
      { boot: { cpus: 1 } },
    );
    t.like(lines.at(-1), { exit: { status: 3, signal: 0 } });
  });
}

test.serial("a slow reader gets every line of a console that firmware spoke on first", async (t) => {
  let read = "";
  const output = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      read += chunk;
      setTimeout(done, 100);
    },
  });
  await runImage({ ...request, file: hello.riscv64, output });
  t.is(read.split("\n").length, 4);
});

test.serial("too many arguments are a problem, not a truncated command line", async (t) => {
  const { problems } = await boot({ program: { env: [], args: ["x".repeat(5000)] } });
  t.is(problems?.[0]?.code, "options-too-long");
});

test.serial("a QEMU that does not start is one sentence", async (t) => {
  // More memory than any machine has.
  const { problems } = await boot({ memoryBytes: 2 ** 60 });
  t.is(problems?.[0]?.code, "qemu-failed");
  t.regex(problems?.[0]?.message ?? "", /^QEMU did not run the image: .+$/);
});

/** Go knows the profile since 1.25; an older one builds for its least. */
const go = spawnSync("go", ["version"], { encoding: "utf8" }).stdout;
const knowsProfile = Number(/go1\.(\d+)/.exec(go)?.[1] ?? 0) >= 25;

(knowsProfile ? test.serial : test.serial.skip)(
  "a program for rva23u64 gets a machine with vectors, and is not run on one without",
  async (t) => {
    const file = join(folder, "hello-vectors");
    const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: "riscv64", GORISCV64: "rva23u64" };
    const cwd = fileURLToPath(new URL("../../examples/hello/", import.meta.url));
    spawnSync("go", ["build", "-o", file, "."], { cwd, env });
    t.is((await boot({ file })).value?.status, 3);
    const { problems } = await boot({ file, machine: "virt" });
    t.regex(
      problems?.[0]?.message ?? "",
      /^the program was built for rva23u64: it needs the vector extension V/,
    );
  },
);
