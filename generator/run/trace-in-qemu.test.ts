/**
 * The trace that the model makes from outside is the trace that the kernel makes itself in another machine, QEMU: call
 * for call and in order, but for what `both-traces.ts` leaves to chance.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { type Arch, archs } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";
import { traceInModel, traceInQemu, untouchedByChance } from "./both-traces.ts";
import { prepareImage } from "./prepare-image.ts";

const folder = await mkdtemp(join(tmpdir(), "catkernel-trace-"));
test.after.always(() => rm(folder, { recursive: true }));

function hello(arch: Arch): string {
  const program = join(folder, `hello-${arch}`);
  const { status, stderr } = spawnSync("go", ["build", "-o", program, "."], {
    cwd: fileURLToPath(new URL("../../examples/hello/", import.meta.url)),
    env: { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "" },
  });
  if (status !== 0) throw new Error(`${stderr}`);
  return program;
}
const esbuild = (arch: Arch) => join(fetchGuest(`esbuild-${arch}`), "bin/esbuild");

const program = { env: [], args: ["--version"] };
const memoryBytes = 2 ** 28;

for (const arch of archs)
  for (const [name, file] of [
    ["hello", hello],
    ["esbuild", esbuild],
  ] as const)
    test.serial(
      `${arch}: the model's trace of ${name} is the kernel's own in QEMU, call for call`,
      async (t) => {
        const { path, dispose } = (await prepareImage(file(arch), undefined, () => {})).value!;
        const traced = { arch, image: path, program, memoryBytes };
        const inModel = untouchedByChance(await traceInModel(traced));
        const inQemu = untouchedByChance(traceInQemu(traced));
        await dispose();
        t.true(inModel.length > 100);
        t.regex(inModel.join("\n"), /\nwrite\(1, ".*\nexit_group\(0\) = \?$/);
        t.deepEqual(inModel, inQemu);
      },
    );
