import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";

test("npm start shows esbuild on both machines, and that every run is the same", (t) => {
  const show = fileURLToPath(new URL("show.ts", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [show], { encoding: "utf8", input: "" });
  t.regex(stdout, /^(\d+\.\d+\.\d+\n){4}(var .* \.\.\. .*export\{.* as greet\};\n){2}$/);
  for (const arch of ["amd64", "riscv64"])
    t.regex(
      stderr,
      new RegExp(
        `^${arch}: a kernel of [^]*?\n([\\d,]{10,}) instructions, .*Again:\n\\1 instructions. Every run is the same.$`,
        "m",
      ),
    );
  t.regex(stderr, /writes the same bytes/);
  t.is(status, 0);
});
