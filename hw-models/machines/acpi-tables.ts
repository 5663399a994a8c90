/**
 * What ACPI tells about the amd64 machine: ACPI 6.4, chapter 5. Hardware-reduced, like QEMU's microvm: no fixed hardware
 * but a sleep and a reset register. Witness: the tables that QEMU 7.2 builds for microvm.
 */
import { resetValue } from "../devices/pc-power.ts";
import { aml, interruptResource, memoryResource } from "./aml.ts";
import { balance, type Field, little } from "./little-endian.ts";
import { input, map, virtioCount } from "./pc-map.ts";

/** Microvm's name: systems look for its virtio devices by it. */
const maker: readonly Field[] = ["BOCHS ", "BXPC    ", [4, 1], "BXPC", [4, 1]];

/** Header (5.2.6) and body, with the checksum at offset 9. */
function table(signature: string, revision: number, ...body: readonly Field[]): Uint8Array {
  const content = little(...body);
  const bytes = little(signature, [4, 36 + content.length], [1, revision], [1, 0], ...maker, content);
  bytes[9] = balance(bytes);
  return bytes;
}

/** Generic address structure (5.2.3.2): memory, 8 bits. */
const register = (address: number): readonly Field[] => [
  [1, 0],
  [1, 8],
  [1, 0],
  [1, 0],
  [8, address],
];
const none: Field = new Uint8Array(12);

/** Multiple APIC description table (5.2.12). */
function madt(cpus: number): Uint8Array {
  const locals = Array.from({ length: cpus }, (_, id): Field[] => [
    [1, 0],
    [1, 8],
    [1, id],
    [1, id],
    [4, 1],
  ]);
  const io: Field[] = [
    [1, 1],
    [1, 12],
    [1, 0],
    [1, 0],
    [4, map.ioApic],
    [4, 0],
  ];
  // The timer's line is input 2, as on every PC; LINT1 of all is NMI.
  const timer: Field[] = [
    [1, 2],
    [1, 10],
    [1, 0],
    [1, 0],
    [4, input.timer],
    [2, 0],
  ];
  const nmi: Field[] = [
    [1, 4],
    [1, 6],
    [1, 0xff],
    [2, 0],
    [1, 1],
  ];
  return table("APIC", 1, [4, map.localApic], [4, 1], ...locals.flat(), ...io, ...timer, ...nmi);
}

function dsdt(): Uint8Array {
  const devices = Array.from({ length: virtioCount }, (_, index) =>
    aml.device(
      `VR0${index}`,
      aml.name("_HID", aml.string("LNRO0005")),
      aml.name("_UID", aml.integer(index)),
      aml.name(
        "_CRS",
        aml.resources(
          memoryResource(map.virtio + index * map.virtioStep, map.virtioStep),
          interruptResource(input.firstVirtio + index),
        ),
      ),
    ),
  );
  const softOff = aml.package(aml.integer(5), aml.integer(0), aml.integer(0), aml.integer(0));
  return table("DSDT", 2, scopeOf(devices), aml.scope("\\", aml.name("_S5_", softOff)));
}
const scopeOf = (devices: readonly Uint8Array[]) => aml.scope("_SB_", ...devices);

/** Fixed ACPI description table, revision 5.2 (5.2.9). */
function fadt(dsdtAt: number): Uint8Array {
  const hardwareReduced = 1 << 20;
  const resetIsThere = 1 << 10;
  const noVga = 1 << 2;
  return table(
    "FACP",
    5,
    ...([
      [4, 0],
      [4, dsdtAt],
    ] as const),
    // From offset 44 to 108: fixed hardware, none. The century is in CMOS byte 32h.
    new Uint8Array(64),
    ...([
      [1, 0x32],
      [2, noVga],
      [1, 0],
      [4, hardwareReduced | resetIsThere],
    ] as const),
    ...register(map.sleep + 2),
    ...([
      [1, resetValue],
      [2, 0],
      [1, 0],
      [8, 0],
      [8, dsdtAt],
    ] as const),
    // Eight blocks of fixed hardware.
    ...Array.from({ length: 8 }, () => none),
    ...register(map.sleep),
    ...register(map.sleep + 1),
  );
}

/** All tables from `base` on, the root pointer (5.2.5.3) first. */
export function acpiTables(base: number, cpus: number): Uint8Array {
  const align = (at: number) => Math.ceil(at / 16) * 16;
  const pieces: [number, Uint8Array][] = [];
  let at = align(base + 36);
  const place = (bytes: Uint8Array) => {
    const here = at;
    pieces.push([here, bytes]);
    at = align(here + bytes.length);
    return here;
  };
  const tables = [place(fadt(place(dsdt()))), place(madt(cpus))];
  const rsdt = place(table("RSDT", 1, ...tables.map((address): Field => [4, address])));
  const xsdt = place(table("XSDT", 1, ...tables.map((address): Field => [8, address])));

  const root = little("RSD PTR ", [1, 0], "BOCHS ", [1, 2], [4, rsdt], [4, 36], [8, xsdt], [4, 0]);
  root[8] = balance(root.subarray(0, 20));
  root[32] = balance(root);
  const all = new Uint8Array(at - base);
  for (const [address, bytes] of [[base, root] as const, ...pieces]) all.set(bytes, address - base);
  return all;
}
