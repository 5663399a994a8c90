/**
 * Kernels that are cut to their programs: all proofs' binary holds with one, as it does with a whole kernel, and a program
 * of its own with a much smaller one. All proofs by hand: node proofs/harness/main.ts --cut.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { buildKernel } from "../generator/compile/build-kernel.ts";
import { readKernel } from "../generator/pack/kernel-file.ts";
import { type Arch, archs } from "../runtime-abi/arch.ts";
import { cutKernel } from "./harness/cut-kernel.ts";
import { goToolchains } from "./harness/go-toolchains.ts";
import { makePlan } from "./harness/make-plan.ts";
import { places } from "./harness/places.ts";
import { proveAll } from "./harness/prove-all.ts";
import { readProofs } from "./harness/read-proofs.ts";
import { runInImage } from "./harness/run-image.ts";
import { failureLines, formatTable } from "./harness/table.ts";

const chosen = ["start", "panics", "files", "os-signal", "pprof"];
/** What a kernel for `start` alone may take: it opens no file by itself. */
const smallKib = 52;

test.serial("proofs hold with a kernel that is cut to them", async (t) => {
  t.timeout(60 * 60_000);
  const plan = await makePlan(
    goToolchains().at(-1)!,
    archs,
    places.filter(({ cpus }) => cpus === 2),
  );
  const kernels: typeof plan.kernels = {};
  for (const arch of archs) kernels[arch] = await cutKernel(readFileSync(plan.binaries[arch]!), "proofs");
  const results = await proveAll({ ...plan, kernels, proofs: readProofs(chosen) });
  t.log(formatTable(results));
  t.deepEqual(failureLines(results), []);
});

function buildAlone(name: string, arch: Arch): Buffer {
  const path = join(mkdtempSync(join(tmpdir(), "cut-")), name);
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch };
  execFileSync("go", ["build", "-o", path, `./${name}`], { env, cwd: import.meta.dirname });
  return readFileSync(path);
}

for (const arch of archs)
  test.serial(`${arch}: a small program has a small kernel, which says whose it is`, async (t) => {
    t.timeout(10 * 60_000);
    const program = buildAlone("panic-exit", arch);
    const kernel = await cutKernel(program, "panic-exit");
    t.true(kernel.length <= smallKib * 1024, `${kernel.length} bytes`);
    const plate = readKernel(kernel, "kernel").value;
    t.regex(plate?.selection ?? "", /^panic-exit:[0-9a-f]{16}\0.*\bfutex:128,129\b.*\0\/dev\/null /s);
    const [proof] = readProofs(["panic-exit"]);
    const machine = { arch, name: "model", cpus: 1 };
    const named = { bytes: program, name: "panic-exit" };
    const whole = await buildKernel(arch, () => {});
    const ran = [kernel, whole.value!.bytes].map((one) =>
      runInImage(one, named, proof!, proof!.cases[0]!, machine),
    );
    const [small, large] = await Promise.all(ran);
    t.is(small?.status, 2);
    t.is(small?.output, large?.output);
  });
