import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { buildKernel, includeFoldersOf } from "./build-kernel.ts";
import { type Batch, compileUnits } from "./compile-units.ts";
import { findSources, templates } from "./kernel-sources.ts";
import { runTool } from "./run-tool.ts";
import { targets } from "./targets.ts";
import { findToolchain } from "./toolchain.ts";
import { oneUnit, unitsByFolder } from "./units.ts";

/** A folder with these files, and a batch that compiles there. */
function workshop(files: Record<string, string>): {
  batch: Batch;
  write: typeof write;
  path: (name: string) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), "units-"));
  const objectFolder = mkdtempSync(join(tmpdir(), "objects-"));
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(path(name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const { value: toolchain } = findToolchain();
  const flags = ["-Wall", "-Werror"];
  const batch = { toolchain: toolchain!, flags, includeFolders: [folder], headersDigest: "", objectFolder };
  return { batch, write, path };
}

test("files of one folder are compiled together, assembly by itself", (t) => {
  t.deepEqual(unitsByFolder(["/a/x.c", "/b/y.c", "/a/s.S", "/a/z.c"]), [
    { name: "a", files: ["/a/x.c", "/a/z.c"] },
    { name: "b", files: ["/b/y.c"] },
    { name: "s.S", files: ["/a/s.S"] },
  ]);
});

test("a message names the file and the line, as if it had been compiled alone", async (t) => {
  const { batch, path } = workshop({ "a.c": "int f(void);\n", "b.c": "int g(void) {\n    return h;\n}\n" });
  const { problems } = await compileUnits(oneUnit("ab", [path("a.c"), path("b.c")]), batch);
  t.is(problems?.length, 1);
  t.true(problems?.[0]?.message.includes(`${path("b.c")}:2:12: error:`));
});

test("problems come in the order of the units, whichever was ready first", async (t) => {
  const { batch, path } = workshop({
    "a.c": "wrong a;\n",
    "b.c": `/* ${"long ".repeat(1000)} */ wrong b;\n`,
  });
  const units = ["a", "b"].map((name) => ({ name, files: [path(`${name}.c`)] }));
  const { problems = [] } = await compileUnits(units, batch);
  t.deepEqual(
    problems.map(({ message }) => /[ab]\.c(?=:1)/.exec(message)?.[0]),
    ["a.c", "b.c"],
  );
});

test("only what has changed is compiled again, be it text or bytes taken in", async (t) => {
  const { batch, write, path } = workshop({
    "a.c": "int a;\n",
    "b.c": "int b;\n",
    "s.S": '.data\n.incbin "bytes"\n',
    bytes: "1",
  });
  const units = [
    { name: "a", files: [path("a.c")] },
    { name: "b", files: [path("b.c")] },
    { name: "s.S", files: [path("s.S")] },
  ];
  const made = async () => (await compileUnits(units, batch)).value ?? [];
  const first = await made();
  t.deepEqual(await made(), first);
  write("b.c", "int b = 2;\n");
  const second = await made();
  write("bytes", "2");
  const third = await made();
  const changes = (from: string[], to: string[]) => to.map((object, index) => object !== from[index]);
  t.deepEqual(changes(first, second), [false, true, false]);
  t.deepEqual(changes(second, third), [false, false, true]);
  t.is(readdirSync(batch.objectFolder).length, 5);
});

for (const arch of archs)
  test.serial(
    `${arch}: every file of the kernel includes what it uses, and has nothing unused`,
    async (t) => {
      await buildKernel(arch, () => {});
      const { kernel = [] } = findSources(arch).value ?? {};
      const own = kernel.filter(
        (path) => path.endsWith(".c") && (arch === "amd64" || path.startsWith("arch/")),
      );
      const includes = (await includeFoldersOf(arch)).flatMap((folder) => ["-I", folder]);
      const clang = findToolchain().value?.clang ?? "";
      const complaints: string[] = [];
      const check = async () => {
        for (let path = own.shift(); path !== undefined; path = own.shift()) {
          const flags = [...targets[arch].kernelFlags, ...includes, "-fsyntax-only", join(templates, path)];
          const { problems = [] } = await runTool(clang, flags, path);
          complaints.push(...problems.map(({ message }) => message));
        }
      };
      await Promise.all(Array.from({ length: availableParallelism() }, check));
      t.deepEqual(complaints, []);
    },
  );
