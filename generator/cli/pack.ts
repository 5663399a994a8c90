/** `catkernel pack`: cat, plus what cat cannot say. */
import { atomicWrite } from "../pack/atomic-write.ts";
import { bootOptions } from "../pack/boot-options.ts";
import { cutWarning } from "../pack/cut-warning.ts";
import { imageDigest, packImage } from "../pack/pack.ts";
import { readInput } from "../pack/read-input.ts";
import { rootTar } from "../pack/root-tar.ts";
import { type Outcome, succeed } from "../problem.ts";
import { programOptions, readProgramOptions } from "./program-options.ts";
import type { Given, Verb } from "./verb.ts";

const help = `Usage: catkernel pack KERNEL GOBINARY [options] [-- ARGS]

Joins a kernel and a program to an image, as cat does, and writes into it what the program is to be told.

  -o, --output F   where to write the image (default: image)
  --root DIR|TAR   the files that the program finds under /
  --env NAME=VALUE an environment variable; may be given again
  --cwd DIR        the folder it starts in (default: /)
  --json           tell path, size and digest as JSON
  -- ARGS          the program's arguments

Example:
  catkernel pack kernel ./server --root site --env PORT=80 -o image -- --verbose`;

export const pack: Verb = {
  name: "pack",
  summary: "join a kernel, a program, its files and its arguments to an image",
  help,
  options: { ...programOptions, output: { type: "string", short: "o" }, json: { type: "boolean" } },
  words: [2, 2],
  takesRest: true,
  run,
};

async function run(given: Given): Promise<Outcome<number>> {
  const [kernelPath = "", programPath = ""] = given.positionals;
  const told = readProgramOptions(given);
  const [kernel, program] = await Promise.all([readInput(kernelPath), readInput(programPath)]);
  const root = given.text("root");
  const tar = root === undefined ? undefined : await rootTar(root);
  if (!told.value || !kernel.value || !program.value || tar?.problems) {
    return { problems: [told, kernel, program, tar].flatMap((outcome) => outcome?.problems ?? []) };
  }

  const image = packImage({
    kernel: { bytes: kernel.value, name: kernelPath },
    program: { bytes: program.value, name: programPath },
    tar: tar?.value,
    options: bootOptions(told.value),
  });
  if (image.problems) return image;
  const warning = await cutWarning(image.value.nameplate, { bytes: program.value, name: programPath });
  if (warning !== undefined) console.error(`catkernel: ${warning}`);
  const output = given.text("output") ?? "image";
  const written = await atomicWrite(output, image.value.pieces);
  if (written.problems) return written;

  const { size, nameplate } = image.value;
  const answer = { path: output, arch: nameplate.arch, sizeBytes: size, sha256: imageDigest(image.value) };
  if (given.flag("json")) console.log(JSON.stringify(answer));
  else console.error(`${output}: an image for ${nameplate.arch}, ${size} bytes`);
  return succeed(0);
}
