import { spawn, spawnSync } from "node:child_process";
import { createReadStream, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { prepareImage } from "./prepare-image.ts";
import { type RunRequest, runImage } from "./run-image.ts";
import { runModel } from "./run-model.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-model-"));
test.after.always(() => rm(folder, { recursive: true }));

/** Builds a Go program from one file or from a folder of examples. */
async function build(name: string, arch: Arch, source?: string): Promise<string> {
  const binary = join(folder, `${name}.${arch}`);
  const example = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  const file = join(folder, `${name}.go`);
  if (source !== undefined) await writeFile(file, source);
  const { stderr, status } = spawnSync("go", ["build", "-o", binary, source === undefined ? "." : file], {
    cwd: source === undefined ? example : folder,
    env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GO111MODULE: "auto" },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return binary;
}

const hello = { amd64: await build("hello", "amd64"), riscv64: await build("hello", "riscv64") };

/** As standard input is when it comes from a file: open already. */
const openFile = (path: string) => createReadStream(path, { fd: openSync(path, "r") });

async function boot(request: Partial<RunRequest>) {
  const output = new PassThrough();
  const console = text(output);
  const result = await runImage({
    file: hello.riscv64,
    program: { env: ["GREETING=good day"], args: ["3", 'a "b"', ""] },
    cpus: 1,
    memoryBytes: 2 ** 28,
    progress: () => {},
    input: Readable.from([]),
    output,
    isTerminal: false,
    on: "model",
    ...request,
  });
  output.end();
  return { ...result, console: await console };
}

for (const arch of archs)
  for (const cpus of [1, 4]) {
    test.serial(
      `${arch}, ${cpus} CPUs: the model says what QEMU says, and ends with its status`,
      async (t) => {
        const model = await boot({ file: hello[arch], cpus });
        const qemu = await boot({ file: hello[arch], cpus, on: "qemu" });
        t.is(model.value?.status, 3);
        t.is(qemu.value?.status, 3);
        t.regex(model.console, /^Hello from go/);
        t.is(model.console, qemu.console);
      },
    );
  }

for (const arch of archs) {
  test.serial(
    `${arch}: a second run has the same record, calls and instruction counts and all`,
    async (t) => {
      const file = hello[arch];
      const records = [join(folder, "first"), join(folder, "second")];
      for (const recordFile of records)
        await boot({ file, recordFile, onTrace: () => {}, cpus: 2, input: openFile("/dev/null") });
      const [first, second] = await Promise.all(records.map((file) => readFile(file, "utf8")));
      t.is(second, first);
      const lines = first!
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const { run } = lines.at(-1);
      t.like(run, { format: "catkernel run 1", machine: arch, cpus: 2, ending: { how: "exit", status: 3 } });
      t.is(run.calls.count, lines.filter(({ call }) => call !== undefined).length);
      t.true(run.instructions[0].user > 100_000);
    },
  );
}

test.serial("another seed is another schedule", async (t) => {
  const counts = [];
  for (const seed of [1, 2]) {
    const recordFile = join(folder, `seed-${seed}`);
    const { console } = await boot({ recordFile, cpus: 2, model: { seed, realtime: false, onStopped() {} } });
    t.regex(console, /^Hello from go/);
    counts.push(
      JSON.parse((await readFile(recordFile, "utf8")).trimEnd().split("\n").at(-1)!).run.instructions,
    );
  }
  t.notDeepEqual(counts[0], counts[1]);
});

for (const arch of archs) {
  test.serial(`${arch}: calls decoded from outside are those that the kernel traces itself`, async (t) => {
    const prepared = await prepareImage(hello[arch], undefined, () => {});
    const calls: string[] = [];
    const traced: string[] = [];
    const result = await runModel(
      {
        machine: { arch, name: "model", cpus: 1, memoryBytes: 2 ** 28 },
        image: prepared.value!.path,
        commandLine: "catkernel.record=1 catkernel.tty=0 catkernel.trace=1",
        input: openFile("/dev/null"),
        output: new PassThrough().resume(),
        isTerminal: false,
        onRecord: ({ trace }) => {
          if (trace !== undefined) traced.push(trace.replace(/^\[\d+\] /, ""));
        },
      },
      { realtime: false, onCall: (line) => calls.push(line), onStopped() {} },
    );
    await prepared.value?.dispose();
    t.is(result.value?.status, 0);
    t.true(calls.length > 100);
    // A call ends in the kernel a little before its thread goes on: two threads may do that in the other order.
    t.deepEqual(calls.toSorted(), traced.toSorted());
  });
}

test.serial(
  "what is typed reaches the program, in the same run from a file and from a pipe that ended",
  async (t) => {
    const source = `package main
import ("bufio"; "fmt"; "os")
func main() {
  lines := bufio.NewScanner(os.Stdin)
  for n := 1; lines.Scan(); n++ { fmt.Println(n, lines.Text()) }
}
`;
    const echo = await build("echo", "riscv64", source);
    const typed = Array.from({ length: 300 }, (_, index) => `line ${index} of some input\n`).join("");
    await writeFile(join(folder, "typed"), typed);
    const expected = typed
      .trimEnd()
      .split("\n")
      .map((line, index) => `${index + 1} ${line}\n`)
      .join("");
    const program = { env: [], args: [] };
    const counts = [];
    for (const input of [openFile(join(folder, "typed")), Readable.from([typed])]) {
      const { console, value } = await boot({ file: echo, program, input });
      t.is(console, expected);
      t.is(value?.status, 0);
      counts.push(value?.instructions);
    }
    t.deepEqual(counts[0], counts[1]);
  },
);

test.serial("a record repeats its run, without the input that it had", async (t) => {
  const source = `package main
import ("bufio"; "fmt"; "os"; "time")
func main() {
  line, _ := bufio.NewReader(os.Stdin).ReadString('\\n')
  fmt.Println(line, time.Now())
}
`;
  const file = await build("once", "amd64", source);
  const [recordFile, repeated] = [join(folder, "once-record"), join(folder, "once-repeated")];
  const program = { env: [], args: [] };
  const model = { seed: 5, realtime: true, onStopped() {} };
  const first = await boot({ file, program, recordFile, model, input: Readable.from(["typed\n"]) });
  t.regex(first.console, /^typed\n 20\d\d-/);
  const again = { file, program, recordFile: repeated, replayFile: recordFile, input: Readable.from([]) };
  const second = await boot(again);
  t.is(second.console, first.console);
  t.is(await readFile(repeated, "utf8"), await readFile(recordFile, "utf8"));

  const other = await boot({ ...again, file: hello.amd64 });
  t.is(other.problems?.[0]?.code, "other-image");
  const none = await boot({ ...again, replayFile: file });
  t.is(none.problems?.[0]?.code, "no-record");
});

test.serial("Ctrl-C stops it and says where every CPU is", async (t) => {
  const source = `package main
import "fmt"
func main() { fmt.Println("spinning"); for { } }
`;
  const spin = await build("spin", "riscv64", source);
  const cli = fileURLToPath(new URL("../../bin/catkernel.js", import.meta.url));
  const args = [cli, "run", "--cpus", "2", "--memory", "256M", spin];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.kill("SIGINT"));
  const said = text(child.stderr);
  const status = await new Promise((resolve) => child.on("close", resolve));
  t.is(status, 130);
  t.regex(await said, /CPU 0: \w+(, waiting)? at 0x[0-9a-f]+: \S+.*\n.*CPU 1: /);
});

test.serial("each instruction is a line of the trace, and the count is exact", (t) => {
  const cli = fileURLToPath(new URL("../../bin/catkernel.js", import.meta.url));
  const args = [
    cli,
    "run",
    "--cpus",
    "2",
    "--memory",
    "256M",
    "--instructions",
    "5000",
    "--trace=instructions",
  ];
  const { stderr, status } = spawnSync(process.execPath, [...args, hello.amd64], {
    encoding: "utf8",
    input: "",
  });
  t.is(status, 124);
  const lines = stderr.split("\n");
  const executed = lines.filter((line) => /^[01] 0x[0-9a-f]+: [a-z]/.test(line)).length;
  t.true(executed >= 5000 && executed < 50_000);
  t.true(lines.includes(`catkernel: stopped after ${executed} instructions`));
});

test.serial("in step with the clock on the wall, sleep takes its time", async (t) => {
  const source = `package main
import ("fmt"; "time")
func main() { time.Sleep(300 * time.Millisecond); fmt.Println(time.Now().Year() > 2025) }
`;
  const sleep = await build("sleep", "riscv64", source);
  const began = performance.now();
  const { console } = await boot({ file: sleep, model: { realtime: true, onStopped() {} } });
  t.is(console, "true\n");
  t.true(performance.now() - began >= 300);
});

const refusals: [string, Partial<RunRequest>, string][] = [
  ["nine CPUs", { cpus: 9 }, "bad-cpus"],
  ["more memory than a module of WebAssembly has", { memoryBytes: 2 ** 32 }, "too-much-memory"],
  ["too little memory", { memoryBytes: 2 ** 21 }, "too-little-memory"],
];
for (const [what, request, code] of refusals) {
  test.serial(`${what}: one sentence`, async (t) => {
    const { problems } = await boot(request);
    t.is(problems?.[0]?.code, code);
  });
}
