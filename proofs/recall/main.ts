/**
 * npm run recall [-- NAME... --arch A --go RELEASE]: esbuild, tsc, all proofs and the programs of `programs.ts`, on both
 * architectures, by an old, a middle and the newest Go: what was seen on Linux and in our kernel must have been foretold from
 * the file. Takes about half an hour, most of it building; needs a network the first time. With names, an architecture or a
 * release, a part of it.
 */
import { join } from "node:path";
import { fetchGuest } from "../../setup/guests.js";
import { buildProofs, goToolchain } from "../harness/build-proofs.ts";
import { fetchToolchain, minorOf, newestRelease, oldestRelease } from "../harness/go-toolchains.ts";
import { archsOf, readOptions, refuse } from "../harness/options.ts";
import { readProofs } from "../harness/read-proofs.ts";
import { buildProgram } from "./build-program.ts";
import { programs } from "./programs.ts";
import { formatRecall, type Recall, recallOf, type Subject, workOfProofs } from "./recall.ts";

const releases = [oldestRelease, "go1.23.12", newestRelease];
/**
 * Limits of memory are set for the program alone; under a watcher they would meet the watcher. Random calls are foretold as
 * "anything", which proves nothing.
 */
const unwatchable = ["memory-exhausted", "out-of-memory", "hostile-calls"];
const { values, positionals: wanted } = readOptions({
  allowPositionals: true,
  options: { arch: { type: "string" }, go: { type: "string" } },
});
const archs = archsOf(values.arch);
if (values.go !== undefined && !releases.includes(values.go))
  refuse(`--go is ${releases.join(", ")}, not "${values.go}"`);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

async function* subjects(): AsyncGenerator<Subject> {
  for (const arch of values.go === undefined ? archs : []) {
    const source = "let x: number = 1;\\nexport const y = [x].map((z) => z + 1);\\n";
    if (isWanted("esbuild")) {
      const work = `printf '${source}' > a.ts; $RUN --version; $RUN a.ts --bundle --minify --outfile=o.js; $RUN nothing.ts; true`;
      yield {
        title: "esbuild",
        arch,
        binary: join(fetchGuest(`esbuild-${arch}`), "bin/esbuild"),
        work,
        inKernel: [["--version"]],
      };
    }
    if (isWanted("tsc")) {
      const work = `printf '${source}' > a.ts; $RUN --version; $RUN a.ts --target esnext; $RUN nothing.ts; true`;
      yield {
        title: "tsc",
        arch,
        binary: join(fetchGuest(`typescript-${arch}`), "lib/tsc"),
        work,
        inKernel: [["--version"]],
      };
    }
  }
  for (const release of releases.filter((release) => release === (values.go ?? release))) {
    const toolchain = fetchToolchain(release) ?? goToolchain();
    for (const arch of archs) {
      if (isWanted("proofs")) {
        const proofs = readProofs().filter(
          ({ name, notInUserMode }) =>
            !unwatchable.includes(name) && (arch === "amd64" || notInUserMode === undefined),
        );
        yield {
          title: `proofs ${toolchain.version}`,
          arch,
          binary: buildProofs(toolchain, arch),
          work: workOfProofs(proofs),
          inKernel: [["start"], ["files"], ["epoll"]],
        };
      }
      for (const program of programs) {
        if (!isWanted(program.name) || minorOf(toolchain.version) < program.since) continue;
        const { binary, base } = buildProgram(program, toolchain, arch);
        const title = `${program.name} (${program.kind}) ${toolchain.version}`;
        yield {
          title,
          arch,
          binary,
          work: program.work,
          env: { BASE: base },
          inKernel: program.inKernel ?? [],
        };
      }
    }
  }
}

const rows: Recall[] = [];
for await (const subject of subjects()) {
  const row = await recallOf(subject);
  rows.push(row);
  console.error(formatRecall([row]));
}
console.log(formatRecall(rows));
process.exitCode = rows.some(({ misses }) => misses.length > 0) ? 1 : 0;
