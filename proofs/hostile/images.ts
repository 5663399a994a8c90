/**
 * Damaged programs and archives by the thousand: the loader of the host and that of the kernel, which is compiled for
 * this machine, must accept the same files, find the same sizes in them, and refuse the others with one sentence. The
 * kernel's goes on to make the tree of what it accepts, and reads all that is in it.
 */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readElf } from "../../generator/elf/elf-file.ts";
import { machineNumbers } from "../../generator/elf/elf-layout.ts";
import { isTar, tarExtent } from "../../generator/pack/tar-file.ts";
import type { Arch } from "../../runtime-abi/arch.ts";
import { treeSources } from "../../shim-templates/fs/tree-sources.ts";
import { hostProgram } from "../../shim-templates/host-program.ts";
import { damageTar, damageWords, type Patch, randomNumbers } from "./damage.ts";
import { type GoodImage, goodImages } from "./good-images.ts";

/** shim-templates/arch/ARCH/layout.h; of riscv64 with Sv48. */
const userTop: Record<Arch, string> = { amd64: "0x7ffffffff000ul", riscv64: "0x800000000000ul" };
const sources = [
  ...["boot/judge.test.c", "boot/elf.c", "boot/tar-check.c", "fs/tar.c", "fs/tar-header.c", "core/format.c"],
  ...treeSources,
];
const batch = 2000;
/** Against one that does not end. */
const timeoutMs = 300_000;

/** `address`: the kernel's loader under AddressSanitizer. */
export type Judging = { arch: Arch; count: number; firstSeed: number; address?: boolean };
export type Judged = { accepted: number; refused: number; withArchive: number; wrong: string[] };

/** One image to judge: a good one, damaged. */
type Damaged = { which: number; length: number; patches: Patch[] };

/** Judges so many damaged images, by seed; `wrong`: the first that the two do not agree on, or get no sentence. */
export async function judgeImages({ arch, count, firstSeed, address = false }: Judging): Promise<Judged> {
  const defines = [`MACHINE=${machineNumbers[arch]}`, `USER_TOP=${userTop[arch]}`];
  const program = await hostProgram(sources, defines, { arch, address });
  const good = await goodImages(arch);
  const judged: Judged = { accepted: 0, refused: 0, withArchive: 0, wrong: [] };
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  try {
    const files = good.map(({ bytes }, index) => {
      writeFileSync(join(folder, `${index}`), bytes);
      return join(folder, `${index}`);
    });
    for (let done = 0; done < count && judged.wrong.length < 10; done += batch) {
      const seeds = Array.from({ length: Math.min(batch, count - done) }, (_, n) => firstSeed + done + n);
      const images = seeds.map((seed) => damage(good, seed));
      const lines = kernelVerdicts(program, files, images);
      for (const [index, image] of images.entries()) {
        const host = hostVerdict(good[image.which]!, image);
        const wrong = disagreement(host, lines[index]);
        if (host.refusals) judged.refused++;
        else judged.accepted++;
        if (host.tarBytes !== undefined) judged.withArchive++;
        if (wrong !== undefined && judged.wrong.length < 10)
          judged.wrong.push(`seed ${seeds[index]}: ${wrong}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return judged;
}

function damage(good: readonly GoodImage[], seed: number): Damaged {
  const random = randomNumbers(seed);
  const which = seed % good.length;
  const { bytes, elfBytes, places } = good[which]!;
  const hasArchive = bytes.length > elfBytes;
  // With an archive, three of four times that one: a program that is refused hides it.
  if (hasArchive && random(4) > 0) {
    const archive = damageTar(bytes.subarray(elfBytes), random);
    return { which, length: elfBytes + archive.length, patches: [{ at: elfBytes, bytes: archive }] };
  }
  const patches = damageWords(bytes, places, random);
  const length = random(8) === 0 ? random(bytes.length + 1) : bytes.length;
  return { which, length, patches: patches.filter((patch) => patch.at + patch.bytes.length <= length) };
}

function kernelVerdicts(
  program: string,
  files: readonly string[],
  images: readonly Damaged[],
): (string | undefined)[] {
  const numbers = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
  const input = images.flatMap(({ which, length, patches }) => [
    numbers(which, length, patches.length),
    ...patches.flatMap(({ at, bytes }) => [numbers(at, bytes.length), bytes]),
  ]);
  const options: ExecFileSyncOptionsWithStringEncoding = {
    ...{ input: Buffer.concat(input), timeout: timeoutMs, maxBuffer: 2 ** 28, encoding: "latin1" },
    // What a tree holds is never given back.
    env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" },
    stdio: ["pipe", "pipe", "pipe"],
  };
  try {
    return execFileSync(program, files, options).split("\n");
  } catch (error) {
    // The line that is missing is the image that ended it.
    const {
      stdout = "",
      stderr = "",
      signal,
    } = error as { stdout?: string; stderr?: string; signal?: string };
    const why = `the kernel's loader was ended by ${signal ?? stderr}`;
    return [...stdout.split("\n").slice(0, -1), why];
  }
}

/** `refusals`: the host's sentences. */
type HostVerdict = { size?: number; tarBytes?: number; refusals?: string[] };

function hostVerdict({ bytes }: GoodImage, { length, patches }: Damaged): HostVerdict {
  // Megabytes are not copied for eight bytes.
  const isLonger = length > bytes.length;
  const whole = isLonger ? Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]) : bytes;
  const olds = patches.map((patch) => Buffer.from(whole.subarray(patch.at, patch.at + patch.bytes.length)));
  for (const patch of patches) patch.bytes.copy(whole, patch.at);
  const verdict = judge(whole.subarray(0, length));
  if (!isLonger) for (const [n, { at }] of [...patches.entries()].reverse()) olds[n]!.copy(whole, at);
  return verdict;
}

function judge(image: Buffer): HostVerdict {
  const { value, problems = [] } = readElf(image, "program", "image");
  if (value === undefined) return { refusals: problems.map(({ message }) => message) };
  const behind = image.subarray(value.size);
  if (!isTar(behind)) return { size: value.size };
  const { end, problem } = tarExtent(behind);
  if (problem !== undefined) return { refusals: [`the archive cannot be used: ${problem}`] };
  return { size: value.size, tarBytes: end };
}

const sentence = /^\S.{10,500}[^\s]$/;

function disagreement({ size, tarBytes, refusals }: HostVerdict, kernel = "nothing"): string | undefined {
  const sizes = /^(\d+)(?: (\d+) \d+ [0-9a-f]{8})?$/.exec(kernel);
  if (refusals !== undefined) {
    if (refusals.length !== 1 || !sentence.test(refusals[0]!))
      return `the host says ${JSON.stringify(refusals)}`;
    if (sizes) return `the kernel accepts ${kernel} bytes, the host says ${refusals[0]}`;
    const isAlike = sentence.test(kernel) && /archive/.test(kernel) === /archive/.test(refusals[0]!);
    return isAlike ? undefined : `the kernel says ${JSON.stringify(kernel)}, the host ${refusals[0]}`;
  }
  const found = `${size}${tarBytes === undefined ? "" : ` ${tarBytes}`}`;
  if (!sizes) return `the host accepts ${found}, the kernel says ${kernel}`;
  const theirs = sizes.slice(1, 3).filter((text) => text !== undefined);
  return theirs.join(" ") === found ? undefined : `the host finds ${found} bytes, the kernel ${kernel}`;
}
