/** Each example does what its header says, through the command line. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "examples-"));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** Builds the example and boots it: output and status. */
function run(example: string, options: string[], args: string[]) {
  const program = join(folder, example);
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: "amd64", GOFLAGS: "" };
  execFileSync("go", ["build", "-buildvcs=false", "-o", program, "."], {
    cwd: join(here, example),
    env,
  });
  const command = [join(here, "../bin/catkernel.js"), "run", ...options, program, "--", ...args];
  const { stdout, status } = spawnSync(process.execPath, command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { stdout, status };
}

test.serial("hello says what it was told, counts the CPUs and ends as asked", (t) => {
  const { stdout, status } = run("hello", ["--cpus", "2", "--env", "GREETING=hi"], ["3", "you"]);
  t.regex(stdout, /^Hello from go\S+ on 2 CPUs\.\narguments: \["3" "you"\]\nGREETING: {2}"hi"\n$/);
  t.is(status, 3);
});

test.serial("files reads a folder and writes into the tree", (t) => {
  const root = join(folder, "root");
  mkdirSync(join(root, "books"), { recursive: true });
  writeFileSync(join(root, "books/one"), "once upon a time\n");
  const { stdout, status } = run("files", ["--root", root], ["/books"]);
  t.is(stdout, "      4 words  /books/one\n");
  t.is(status, 0);
});
