/**
 * Loading a bzImage: Linux Documentation/arch/x86/boot.rst (protocol 2.12) and zero-page.rst. The kernel is entered in
 * protected mode at code32_start, as loaders do that do not need its 16-bit part ("32-bit boot protocol").
 */
import { low, memoryMost } from "./pc-map.ts";

const Header = {
  setupSectors: 0x1f1,
  bootFlag: 0x1fe,
  jump: 0x201,
  magic: 0x202,
  version: 0x206,
  loader: 0x210,
  loadFlags: 0x211,
  code32Start: 0x214,
  commandLine: 0x228,
  commandLineSize: 0x238,
  setupData: 0x250,
} as const;
const ZeroPage = { rsdp: 0x70, ranges: 0x1e8, header: 0x1f1, table: 0x2d0, bytes: 4096 } as const;
/** A loader without a number of its own. */
const undefinedLoader = 0xff;
const loadedHigh = 1;
const oldestVersion = 0x020a;
const rngSeed = 9;
const Range = { ram: 1, reserved: 2 } as const;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export type LoadRequest = {
  image: Uint8Array;
  commandLine: string;
  memoryBytes: number;
  /** Where ACPI's root pointer is. */
  rsdp: number;
  /** For the guest's random numbers. */
  seed: Uint8Array;
};

/** Pieces for memory, and where the first instruction is. */
export type Loaded = {
  pieces: readonly { at: number; bytes: Uint8Array }[];
  entry: number;
  zeroPage: number;
  /** Of the file, without its 16-bit part: what QEMU tells as the kernel's size. */
  kernelBytes: number;
};

const setupBytes = (image: Uint8Array) => ((image[Header.setupSectors] || 4) + 1) * 512;

/** One sentence if it is no kernel that can be loaded. */
export function refuseBzImage(
  image: Uint8Array,
  memoryBytes: number,
  commandLine: string,
): string | undefined {
  const isHeader =
    image.length >= 0x260 &&
    viewOf(image).getUint16(Header.bootFlag, true) === 0xaa55 &&
    String.fromCharCode(...image.subarray(Header.magic, Header.magic + 4)) === "HdrS";
  if (!isHeader) return "this is no kernel image for amd64: it lacks the header of the Linux boot protocol";
  const view = viewOf(image);
  if (view.getUint16(Header.version, true) < oldestVersion || !(image[Header.loadFlags]! & loadedHigh))
    return "this kernel image follows a boot protocol older than 2.10";
  const start = view.getUint32(Header.code32Start, true);
  const size = image.length - setupBytes(image);
  if (size <= 0) return "this kernel image ends before its 32-bit part";
  if (start < low.end || start + size > Math.min(memoryBytes, memoryMost))
    return `an image of ${image.length} bytes does not fit into ${memoryBytes} bytes of memory`;
  const longest = view.getUint32(Header.commandLineSize, true);
  const length = new TextEncoder().encode(commandLine).length;
  if (length > Math.min(longest, low.ebda - low.commandLine - 1))
    return `a command line of ${length} bytes is longer than the ${longest} that this kernel takes`;
  return undefined;
}

function ranges(memoryBytes: number): [number, number, number][] {
  return [
    [0, low.ebda, Range.ram],
    [low.ebda, low.video, Range.reserved],
    [low.acpi, low.end, Range.reserved],
    [low.end, memoryBytes, Range.ram],
  ];
}

function zeroPage({ image, memoryBytes, rsdp }: LoadRequest): Uint8Array {
  const page = new Uint8Array(ZeroPage.bytes);
  const headerEnd = Header.magic + image[Header.jump]!;
  page.set(image.subarray(ZeroPage.header, headerEnd), ZeroPage.header);
  const view = viewOf(page);
  view.setBigUint64(ZeroPage.rsdp, BigInt(rsdp), true);
  page[Header.loader] = undefinedLoader;
  view.setUint32(Header.commandLine, low.commandLine, true);
  view.setBigUint64(Header.setupData, BigInt(low.setupData), true);
  const table = ranges(memoryBytes);
  page[ZeroPage.ranges] = table.length;
  for (const [index, [start, end, type]] of table.entries()) {
    const at = ZeroPage.table + 20 * index;
    view.setBigUint64(at, BigInt(start), true);
    view.setBigUint64(at + 8, BigInt(end - start), true);
    view.setUint32(at + 16, type, true);
  }
  return page;
}

/** One node: no next, the type, the length, the bytes. */
function seedNode(seed: Uint8Array): Uint8Array {
  const node = new Uint8Array(16 + seed.length);
  const view = viewOf(node);
  view.setUint32(8, rngSeed, true);
  view.setUint32(12, seed.length, true);
  node.set(seed, 16);
  return node;
}

export function loadBzImage(request: LoadRequest): Loaded {
  const { image, commandLine } = request;
  const kernel = image.subarray(setupBytes(image));
  const entry = viewOf(image).getUint32(Header.code32Start, true);
  return {
    entry,
    zeroPage: low.zeroPage,
    kernelBytes: kernel.length,
    pieces: [
      { at: low.setupData, bytes: seedNode(request.seed) },
      { at: low.zeroPage, bytes: zeroPage(request) },
      { at: low.commandLine, bytes: new TextEncoder().encode(`${commandLine}\0`) },
      { at: entry, bytes: kernel },
    ],
  };
}
