/** A machine that is saved and gone on with is the run that was never interrupted. */
import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { type RunRequest, runImage } from "./run-image.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-snapshot-"));
test.after.always(() => rm(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

/** Reads a file of its root and what is typed, sleeps in between, uses both CPUs, and writes a file. */
const source = `package main
import ("bufio"; "fmt"; "os"; "sync"; "time")
func main() {
  data, err := os.ReadFile("/data/file")
  fmt.Println(len(data), err)
  lines := bufio.NewScanner(os.Stdin)
  for n := 1; lines.Scan(); n++ {
    var all sync.WaitGroup
    for i := 0; i < 4; i++ { all.Add(1); go func() { time.Sleep(time.Millisecond); all.Done() }() }
    all.Wait()
    fmt.Println(n, lines.Text())
    os.WriteFile("/written", []byte(lines.Text()), 0o644)
  }
  last, err := os.ReadFile("/written")
  fmt.Println(string(last), err)
  os.Exit(7)
}
`;
const typed = "one\ntwo\nthree";
const expected = "5000 <nil>\n1 one\n2 two\n3 three\nthree <nil>\n";

writeFileSync(inFolder("main.go"), source);
mkdirSync(inFolder("root/data"), { recursive: true });
writeFileSync(inFolder("root/data/file"), "x".repeat(5000));
writeFileSync(inFolder("typed"), typed);

function build(arch: Arch): string {
  const program = inFolder(arch);
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GO111MODULE: "auto" };
  const { status, stderr } = spawnSync("go", ["build", "-o", program, "main.go"], { cwd: folder, env });
  if (status !== 0) throw new Error(`${stderr}`);
  return program;
}

const typedFile = () => createReadStream(inFolder("typed"), { fd: openSync(inFolder("typed"), "r") });

async function run(change: Partial<RunRequest> & { instructions?: number }) {
  const output = new PassThrough();
  const console = text(output);
  const { instructions, ...request } = change;
  const ran = await runImage({
    on: "model",
    file: undefined,
    program: { env: [], args: [] },
    cpus: 2,
    memoryBytes: 2 ** 27,
    progress() {},
    input: Readable.from([]),
    output,
    isTerminal: false,
    model: { realtime: false, instructions, onStopped() {} },
    ...request,
  });
  output.end();
  return { ...ran, console: await console };
}

const total = (counts: readonly { total: number }[] = []) => counts.reduce((sum, one) => sum + one.total, 0);

for (const arch of archs) {
  test.serial(
    `${arch}: saved before it boots, in the middle and near its end, a run stays what it was`,
    async (t) => {
      const file = build(arch);
      const begin = { file, root: inFolder("root") };
      const whole = await run({ ...begin, input: typedFile(), recordFile: inFolder("whole") });
      t.is(whole.console, expected);
      t.is(whole.value?.status, 7);
      const all = total(whole.value?.instructions);

      // From one snapshot to the next, each in the room of the one before.
      const saveFile = inFolder("saved");
      let console = "";
      let done = 0;
      for (const part of [0.05, 0.9, 0.94, 0.97, 0.995]) {
        const instructions = Math.floor(all * part) - done;
        const from = done === 0 ? { ...begin, input: typedFile() } : { resumeFile: saveFile };
        const saved = await run({ ...from, saveFile, instructions });
        t.is(saved.value?.status, 0);
        t.is(saved.value?.stopped, "instructions");
        done = total(saved.value?.instructions);
        console += saved.console;
      }
      const last = await run({ resumeFile: saveFile, recordFile: inFolder("last") });
      t.is(last.value?.status, 7);
      t.is(console + last.console, expected);
      t.is(readFileSync(inFolder("last"), "utf8"), readFileSync(inFolder("whole"), "utf8"));

      // The same in another process, by the command line.
      const cli = fileURLToPath(new URL("../../bin/catkernel.js", import.meta.url));
      const args = [cli, "run", "--resume", saveFile, "--record", inFolder("other")];
      const other = spawnSync(process.execPath, args, { encoding: "utf8", input: "" });
      t.is(other.stdout, last.console);
      t.is(other.status, 7);
      t.is(readFileSync(inFolder("other"), "utf8"), readFileSync(inFolder("whole"), "utf8"));
    },
  );
}

test.serial("what is wrong with a snapshot is one sentence, and nothing is written half", async (t) => {
  const file = build("amd64");
  const saveFile = inFolder("snapshot");
  await run({ file, saveFile, instructions: 2_000_000 });
  const wrong = async (bytes: Uint8Array) => {
    writeFileSync(inFolder("wrong"), bytes);
    return (await run({ resumeFile: inFolder("wrong") })).problems?.[0]?.message;
  };
  const bytes = readFileSync(saveFile);
  t.regex((await wrong(bytes.subarray(0, bytes.length - 1))) ?? "", /wrong is cut off$/);
  t.regex((await wrong(readFileSync(file))) ?? "", /wrong is no snapshot of a machine$/);
  bytes[bytes.length - 1]! ^= 1;
  t.regex((await wrong(bytes)) ?? "", /wrong is damaged: /);

  const other = await run({ file: build("riscv64"), resumeFile: saveFile });
  t.regex(other.problems?.[0]?.message ?? "", /snapshot was saved from another image$/);
  const late = await run({ file, saveFile: inFolder("late") });
  t.regex(late.problems?.[0]?.message ?? "", /^the program ended with status 7 before it was stopped/);
  t.false(existsSync(inFolder("late")));
  const nowhere = await run({ file, saveFile: inFolder("no/where"), instructions: 2_000_000 });
  t.regex(nowhere.problems?.[0]?.message ?? "", /^cannot write \S+no\/where: no such file or directory$/);
});

test.serial(
  "a program that never ends is stopped after so many instructions, with a status of its own",
  async (t) => {
    const lines: string[] = [];
    const model = { realtime: false, instructions: 1_500_000, onStopped: (line: string) => lines.push(line) };
    const stopped = await run({ file: inFolder("amd64"), model });
    t.is(stopped.value?.status, 124);
    t.regex(
      lines.join("\n"),
      /^stopped after 1\d{6} instructions\nCPU 0: kernel at 0x[0-9a-f]+: \S+.*\nCPU 1: /,
    );
  },
);
