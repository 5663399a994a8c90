/**
 * CPUID: what this CPU is, and exactly what it can do (Intel SDM volume 2A, CPUID). A feature is told here if there are
 * rows for it.
 */
import type { Cpu } from "../../cpu.ts";
import { rows } from "../rows.ts";
import * as x86 from "../state.ts";
import { CR4, LINEAR_BITS, PHYSICAL_BITS } from "./registers.ts";
import { getWord, setHalves } from "./state-access.ts";
import { areaBytes, XCR0_POSSIBLE } from "./vector-state.ts";

type Leaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

const ascii = (text: string): number =>
  text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24);
const bits = (...numbers: number[]): number => numbers.reduce((all, at) => all | (1 << at), 0);

/**
 * Features by bit, in the manual's words. Those with instructions of their own name some of them, and are told only if
 * all of these have rows.
 */
type Feature = readonly [bit: number, instructions?: string];
const leaf1c: Readonly<Record<string, Feature>> = {
  SSE3: [0, "addsubps haddpd lddqu movddup"],
  PCLMULQDQ: [1, "pclmulqdq"],
  SSSE3: [9, "pshufb palignr pmaddubsw pabsd"],
  CMPXCHG16B: [13, "cmpxchg16b"],
  SSE4_1: [19, "blendvpd dpps roundsd pextrq insertps mpsadbw phminposuw ptest"],
  SSE4_2: [20, "crc32 pcmpgtq pcmpistri pcmpestrm"],
  x2APIC: [21],
  MOVBE: [22, "movbe"],
  POPCNT: [23, "popcnt"],
  TSC_DEADLINE: [24],
  AESNI: [25, "aesenc aesdeclast aeskeygenassist aesimc"],
  XSAVE: [26, "xsave xrstor xgetbv xsetbv"],
};
const leaf1d: Readonly<Record<string, Feature>> = {
  FPU: [0, "fninit fnstcw"],
  DE: [2],
  PSE: [3],
  TSC: [4, "rdtsc"],
  MSR: [5, "rdmsr wrmsr"],
  PAE: [6],
  MCE: [7],
  CX8: [8, "cmpxchg8b"],
  APIC: [9],
  PGE: [13],
  MCA: [14],
  CMOV: [15, "cmove"],
  PAT: [16],
  CLFSH: [19, "clflush"],
  FXSR: [24, "fxsave fxrstor"],
  SSE: [25, "addss movups"],
  SSE2: [26, "addsd movdqa"],
};
const leaf7b: Readonly<Record<string, Feature>> = {
  FSGSBASE: [0, "rdfsbase wrgsbase"],
  BMI1: [3, "andn bextr blsi blsr blsmsk tzcnt"],
  SMEP: [7],
  BMI2: [8, "bzhi mulx pdep pext rorx sarx shlx shrx"],
  ERMS: [9],
  ADX: [19, "adcx adox"],
  SMAP: [20, "stac clac"],
  SHA: [29, "sha1rnds4 sha1nexte sha1msg1 sha1msg2 sha256rnds2 sha256msg1 sha256msg2"],
};
const leaf7c: Readonly<Record<string, Feature>> = { UMIP: [2], RDPID: [22, "rdpid"] };
const extended1c: Readonly<Record<string, Feature>> = {
  LAHF: [0, "lahf sahf"],
  LZCNT: [5, "lzcnt"],
  PREFETCHW: [8, "prefetchw"],
};
const extended1d: Readonly<Record<string, Feature>> = {
  SYSCALL: [11, "syscall sysretq"],
  NX: [20],
  PAGE1GB: [26],
  RDTSCP: [27, "rdtscp"],
  LM: [29],
};
export const features = { leaf1c, leaf1d, leaf7b, leaf7c, extended1c, extended1d };

const known = new Set(rows.map(({ mnemonic }) => mnemonic));
const isThere = ([, instructions]: Feature): boolean =>
  instructions === undefined || instructions.split(" ").every((name) => known.has(name));
const told = (list: Readonly<Record<string, Feature>>): number =>
  bits(
    ...Object.values(list)
      .filter(isThere)
      .map(([at]) => at),
  );
const words = Object.fromEntries(
  Object.entries(features).map(([leaf, list]) => [leaf, told(list)]),
) as Record<keyof typeof features, number>;
/** Features that are not told, because a row is missing. */
export const missing = Object.values(features).flatMap((list) =>
  Object.keys(list).filter((name) => !isThere(list[name]!)),
);

const OSXSAVE = 1 << 27;
const onboardCacheLine = 8; // CLFLUSH works on 64 bytes
const crystalHz = 1_000_000_000;
const invariantTsc = 1 << 8;
const x2apicLeaf = 0xb;
const highest = 0x16;
const highestExtended = 0x80000008;
const brand = "catkernel model CPU".padEnd(48, "\0");

/** Family 6, model 15, stepping 1: old enough that nobody works around its errata. */
const signature = 0x6f1;

function leaf(cpu: Cpu, number: number, subleaf: number): Leaf {
  switch (number) {
    case 0:
      return [highest, ascii("Genu"), ascii("ntel"), ascii("ineI")];
    case 1: {
      const osXsave = getWord(cpu, x86.cr4) & CR4.OSXSAVE ? OSXSAVE : 0;
      const apic = (cpu.index << 24) | (1 << 16) | (onboardCacheLine << 8);
      return [signature, apic, words.leaf1c | osXsave, words.leaf1d];
    }
    case 7:
      return subleaf === 0 ? [0, words.leaf7b, words.leaf7c, 0] : [0, 0, 0, 0];
    case x2apicLeaf: {
      // One thread a core; the cores fill the rest of the id (volume 3A, 8.9.1).
      const level = subleaf === 0 ? [0, 1, 1] : subleaf === 1 ? [8, 255, 2] : [0, 0, 0];
      return [level[0]!, level[1]!, (subleaf & 255) | (level[2]! << 8), cpu.index];
    }
    case 0xd:
      if (subleaf === 0) return [XCR0_POSSIBLE, areaBytes, areaBytes, 0];
      return subleaf === 1 ? [1, 0, 0, 0] : [0, 0, 0, 0]; // XSAVEOPT
    case 0x15:
      return [1, 1, crystalHz, 0];
    case 0x16:
      return [crystalHz / 1e6, crystalHz / 1e6, 100, 0];
    case 0x80000000:
      return [highestExtended | 0, 0, 0, 0];
    case 0x80000001:
      return [0, 0, words.extended1c, words.extended1d];
    case 0x80000002:
    case 0x80000003:
    case 0x80000004: {
      const from = (number - 0x80000002) * 16;
      const word = (at: number) => ascii(brand.slice(from + at, from + at + 4));
      return [word(0), word(4), word(8), word(12)];
    }
    case 0x80000007:
      return [0, 0, 0, invariantTsc];
    case 0x80000008:
      return [PHYSICAL_BITS | (LINEAR_BITS << 8), 0, 0, 0];
    default:
      return [0, 0, 0, 0];
  }
}

/** Above the highest leaf, the highest basic one answers, as on Intel's CPUs. */
export function cpuid(cpu: Cpu): void {
  const asked = getWord(cpu, x86.rax) >>> 0;
  const isKnown = asked <= highest || (asked >= 0x80000000 && asked <= highestExtended);
  const [eax, ebx, ecx, edx] = leaf(cpu, isKnown ? asked : highest, getWord(cpu, x86.rcx));
  setHalves(cpu, x86.rax, 0, eax);
  setHalves(cpu, x86.rbx, 0, ebx);
  setHalves(cpu, x86.rcx, 0, ecx);
  setHalves(cpu, x86.rdx, 0, edx);
}
