/** What main surely comes to, told from programs of which that is known. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { readFunctions } from "../demand/functions.ts";
import { Image } from "../demand/image.ts";
import { surelyComes } from "./surely.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-surely-"));
test.after.always(() => rm(folder, { recursive: true }));

const programs: Record<string, readonly string[] | undefined> = {
  always: ["main.main", "os.StartProcess"],
  perhaps: undefined,
  "early-end": undefined,
  "after-a-check": ["main.main", "os.StartProcess"],
  "in-a-goroutine": ["main.main", "main.start", "os.StartProcess"],
  "by-a-helper": ["main.main", "main.start", "os.StartProcess"],
};

for (const arch of archs)
  test(`on ${arch} it is told what lies on every way through main, and nothing else`, (t) => {
    t.timeout(10 * 60_000);
    execFileSync("go", ["build", "-buildvcs=false", "-o", `${folder}/${arch}/`, "./..."], {
      cwd: join(import.meta.dirname, "fixture/programs"),
      env: {
        ...process.env,
        GOOS: "linux",
        GOARCH: arch,
        CGO_ENABLED: "0",
        GOTOOLCHAIN: "local",
        GOFLAGS: "",
      },
    });
    for (const [name, expected] of Object.entries(programs)) {
      const image = new Image(readFileSync(join(folder, arch, name)), arch);
      const table = readFunctions(image, name);
      const sure = surelyComes(image, table.value?.functions ?? []);
      t.deepEqual(sure.get("children")?.way.filter(isWritten), expected, name);
      t.is(sure.get("network"), undefined, name);
    }
  });

/** A goroutine with arguments begins in a function that the compiler makes for them. */
const isWritten = (name: string) => !name.startsWith("main.main.");
