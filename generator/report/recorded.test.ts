/** From a run on the model to a report of it, as a user does it. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { Report } from "./report.ts";
import { reportProgram } from "./report-program.ts";

const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "catkernel-recorded-"));
test.after.always(() => rm(folder, { recursive: true }));

execFileSync("go", ["build", "-buildvcs=false", "-o", `${folder}/`, "./..."], {
  cwd: join(import.meta.dirname, "fixture/programs"),
  env: {
    ...process.env,
    GOOS: "linux",
    GOARCH: "amd64",
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOFLAGS: "",
  },
});

function catkernel(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8", input: "" });
}

function reportOn(program: string, record: string): Report {
  const { stdout, stderr } = catkernel("report", program, "--run", record, "--format", "json");
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

test.serial("a program that copes with a refusal runs, with a note of what it did", (t) => {
  t.is(catkernel("run", "--on", "model", "--record", "coped", "always").status, 0);
  const { verdict, families, requests, run } = reportOn("always", "coped");
  t.is(verdict.kind, "runs with notes");
  t.like(run, { on: "model", status: 0, isWhole: true });
  const children = families.find(({ name }) => name === "children");
  t.like(children, { certainty: "did", gateway: "os.StartProcess" });
  t.is(children?.way.includes("main.main"), true);
  t.deepEqual(
    requests.filter(({ isForetold }) => !isForetold).map(({ call }) => call),
    [],
  );
});

test.serial("one that fails behind it ran until it asked", (t) => {
  t.is(catkernel("run", "--on", "model", "--record", "failed", "after-a-check", "--", "/bin/true").status, 2);
  const { verdict } = reportOn("after-a-check", "failed");
  t.is(verdict.headline, "Runs until it asks for child processes");
  t.regex(
    verdict.sentence,
    /did ask for child processes \(os\.StartProcess\) and got ENOSYS, and it ended with status 2/,
  );
  t.is(verdict.exitStatus, 3);
});

test.serial("the record of another program is told from its own", (t) => {
  const { status, stderr } = catkernel("report", "perhaps", "--run", "coped");
  t.is(status, 1);
  t.regex(
    stderr,
    /coped is the record of another program, always\n {2}Make one: catkernel run --record FILE perhaps\./,
  );
});

test.serial("a damaged program is one sentence, whatever is damaged", async (t) => {
  const whole = readFileSync(join(folder, "always"));
  // the table of functions, as Go 1.20 begins it, or Go 1.18
  const [now, before] = [0xf1, 0xf0].map((first) =>
    whole.indexOf(Buffer.from([first, 0xff, 0xff, 0xff, 0, 0])),
  ) as [number, number];
  const table = now < 0 ? before : now;
  const damaged = [
    ...[1, 63, 64, 100, 4096, whole.length >> 1, whole.length - 1].map((length) => whole.subarray(0, length)),
    ...[table, table + 7, table + 8, table + 24, table + 64].map((at) => {
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, at, at + 8);
      return bytes;
    }),
  ];
  for (const [index, bytes] of damaged.entries()) {
    writeFileSync(join(folder, "damaged"), bytes);
    const { value, problems } = await reportProgram(join(folder, "damaged"), undefined);
    t.is(problems, undefined);
    t.is(value?.verdict.exitStatus, 4, `damage ${index}`);
    t.regex(value?.verdict.sentence ?? "", /^\S+damaged (is|has) [^\n]+\.$/);
  }
});
