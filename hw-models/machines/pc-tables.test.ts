import test from "ava";
import { acpiTables } from "./acpi-tables.ts";
import { loadBzImage, refuseBzImage } from "./boot-protocol.ts";
import { mpTable } from "./mp-table.ts";
import { low } from "./pc-map.ts";

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function acpi(cpus: number) {
  const base = low.acpi;
  const all = acpiTables(base, cpus);
  const view = new DataView(all.buffer);
  const table = (at: number) => all.subarray(at - base, at - base + view.getUint32(at - base + 4, true));
  const root = all.subarray(0, 36);
  const xsdt = table(Number(view.getBigUint64(24, true)));
  const rsdt = table(view.getUint32(16, true));
  const entries = Array.from({ length: (xsdt.length - 36) / 8 }, (_, index) => {
    const at = new DataView(xsdt.buffer, xsdt.byteOffset).getUint32(36 + 8 * index, true);
    return table(at);
  });
  const named = (name: string) => entries.find((entry) => text(entry.subarray(0, 4)) === name)!;
  const fadt = named("FACP");
  const dsdt = table(new DataView(fadt.buffer, fadt.byteOffset).getUint32(40, true));
  return { root, xsdt, rsdt, entries, named, fadt, dsdt };
}

test("ACPI: every table's bytes add up to zero, and both roots name the same", (t) => {
  const { root, xsdt, rsdt, entries, dsdt } = acpi(8);
  t.is(sum(root.subarray(0, 20)), 0);
  t.is(sum(root), 0);
  for (const table of [xsdt, rsdt, dsdt, ...entries]) t.is(sum(table), 0);
  t.is((rsdt.length - 36) / 4, entries.length);
});

test("ACPI: the fixed description is byte for byte what QEMU 7.2's microvm has, but for addresses", (t) => {
  const { fadt } = acpi(2);
  const dsdt = hex(fadt.subarray(40, 44));
  // From offset 36. QEMU leaves byte 108 at 0, although its clock keeps the century in 32h, and does not say in byte 109
  // that there is no VGA.
  const qemu = `00000000${dsdt}${"00".repeat(64)}320400000004100000080000${"0202a0fe00000000"}42000000`;
  const rest = `${"00".repeat(8)}${dsdt}00000000${"00".repeat(96)}000800000002a0fe00000000000800000102a0fe00000000`;
  t.is(fadt.length, 0x10c);
  t.is(hex(fadt.subarray(36)), qemu + rest);
});

test("ACPI: S5 is where systems look for it, and each virtio device has its place", (t) => {
  const { dsdt } = acpi(1);
  const bytes = hex(dsdt);
  t.true(bytes.includes("085f53355f1207040a05000000"), "Name (_S5, Package (4) {5, 0, 0, 0})");
  t.is(bytes.split(hex(new TextEncoder().encode("LNRO0005"))).length - 1, 8);
  t.true(bytes.includes("86090001000eb0fe00020000890600010117000000"), "the last one");
});

test("ACPI: CPUs 1 to 8 are listed", (t) => {
  for (const cpus of [1, 8]) {
    const madt = acpi(cpus).named("APIC");
    let found = 0;
    for (let at = 44; at < madt.length; at += madt[at + 1]!) if (madt[at] === 0) found++;
    t.is(found, cpus);
  }
});

test("MP table: the pointer and the table add up to zero, and the entries are as many as it says", (t) => {
  const all = mpTable(low.ebda, 8);
  t.is(sum(all.subarray(0, 16)), 0);
  const table = all.subarray(16);
  const view = new DataView(table.buffer, table.byteOffset);
  t.is(view.getUint16(4, true), table.length);
  t.is(sum(table), 0);
  let [entries, cpus] = [0, 0];
  for (let at = 44; at < table.length; at += table[at] === 0 ? 20 : 8) {
    entries++;
    if (table[at] === 0) cpus++;
  }
  t.is(cpus, 8);
  t.is(view.getUint16(34, true), entries);
});

/** A header of the protocol in front of 64 KiB. */
function bzImage(): Uint8Array {
  const image = new Uint8Array(0x10000 + 8 * 512).fill(0x90, 8 * 512);
  const view = new DataView(image.buffer);
  image[0x1f1] = 7;
  view.setUint16(0x1fe, 0xaa55, true);
  image.set([0xeb, 0x66], 0x200);
  image.set(new TextEncoder().encode("HdrS"), 0x202);
  view.setUint16(0x206, 0x020c, true);
  image[0x211] = 1;
  view.setUint32(0x214, 0x100000, true);
  view.setUint32(0x238, 4095, true);
  return image;
}
const memoryBytes = 2 ** 28;

test("a bzImage is loaded as the protocol says", (t) => {
  const image = bzImage();
  t.is(refuseBzImage(image, memoryBytes, "a b"), undefined);
  const seed = new Uint8Array(32).fill(5);
  const loaded = loadBzImage({ image, commandLine: "a b", memoryBytes, rsdp: low.acpi, seed });
  t.is(loaded.entry, 0x100000);
  t.is(loaded.kernelBytes, 0x10000);
  const at = (address: number) => loaded.pieces.find((piece) => piece.at === address)!.bytes;
  t.is(at(0x100000)[0], 0x90);
  t.is(text(at(low.commandLine)), "a b\0");
  const page = at(low.zeroPage);
  const view = new DataView(page.buffer);
  t.is(text(page.subarray(0x202, 0x206)), "HdrS");
  t.is(view.getUint32(0x228, true), low.commandLine);
  t.is(view.getUint32(0x70, true), low.acpi);
  t.is(page[0x1e8], 4);
  t.deepEqual(
    [0, 1, 2, 3].map((index) => view.getUint32(0x2d0 + 20 * index + 16, true)),
    [1, 2, 2, 1],
  );
  t.is(view.getUint32(0x2d0 + 60, true) + view.getUint32(0x2d0 + 68, true), memoryBytes);
  const node = at(view.getUint32(0x250, true));
  t.is(new DataView(node.buffer).getUint32(8, true), 9);
  t.deepEqual(node.subarray(16), seed);
});

const wrong: [string, (image: Uint8Array) => Uint8Array, number, string, RegExp][] = [
  ["an empty file", () => new Uint8Array(), memoryBytes, "", /lacks the header/],
  ["a file without header", (image) => image.fill(0, 0x200, 0x206), memoryBytes, "", /lacks the header/],
  ["an old protocol", (image) => image.fill(2, 0x206, 0x208), memoryBytes, "", /older than/],
  ["a file cut in its setup", (image) => image.subarray(0, 4096), memoryBytes, "", /ends before/],
  ["too little memory", (image) => image, 2 ** 20, "", /does not fit/],
  ["a wild start address", (image) => image.fill(0xff, 0x214, 0x218), memoryBytes, "", /does not fit/],
  ["a long command line", (image) => image, memoryBytes, "x".repeat(5000), /5000 bytes is longer/],
];
for (const [what, damage, memory, line, sentence] of wrong) {
  test(`${what} is refused in one sentence`, (t) => {
    t.regex(refuseBzImage(damage(bzImage()), memory, line) ?? "", sentence);
  });
}
