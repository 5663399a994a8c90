/**
 * The older description of CPUs and interrupts: Intel MultiProcessor Specification 1.4 (242016-006), chapter 4. Witness:
 * the table that the firmware of QEMU's microvm writes.
 */
import { balance, type Field, little } from "./little-endian.ts";
import { input, map } from "./pc-map.ts";

const Entry = { cpu: 0, bus: 1, ioApic: 2, interrupt: 3, local: 4 } as const;
const Kind = { interrupt: 0, nmi: 1, external: 3 } as const;
const Cpu = { enabled: 1, boot: 2 } as const;
const isaBus = 0;
const isaInterrupts = 16;
const allApics = 0xff;
/** A CPU with an FPU, and family 6. */
const signature = 0x600;
const features = 0x201;

/** The pointer, and behind it the table, for an address on a 16-byte boundary. */
export function mpTable(base: number, cpus: number): Uint8Array {
  const cpu = (id: number): Field[] => [
    ...([
      [1, Entry.cpu],
      [1, id],
      [1, 0x14],
      [1, Cpu.enabled | (id === 0 ? Cpu.boot : 0)],
    ] as const),
    ...([
      [4, signature],
      [4, features],
      [8, 0],
    ] as const),
  ];
  const ioApicId = cpus;
  const interrupts = Array.from({ length: isaInterrupts }, (_, irq) => irq)
    // Input 2 is the timer's; the second 8259's line goes nowhere.
    .filter((irq) => irq !== 2)
    .flatMap((irq): Field[] => [
      ...([
        [1, Entry.interrupt],
        [1, Kind.interrupt],
        [2, 0],
        [1, isaBus],
        [1, irq],
      ] as const),
      ...([
        [1, ioApicId],
        [1, irq === 0 ? input.timer : irq],
      ] as const),
    ]);
  const local = (kind: number, pin: number): Field[] => [
    ...([
      [1, Entry.local],
      [1, kind],
      [2, 0],
      [1, isaBus],
      [1, 0],
      [1, allApics],
      [1, pin],
    ] as const),
  ];
  const entries = [
    ...Array.from({ length: cpus }, (_, id) => cpu(id)).flat(),
    ...([[1, Entry.bus], [1, isaBus], "ISA   "] as const),
    ...([
      [1, Entry.ioApic],
      [1, ioApicId],
      [1, 0x20],
      [1, 1],
      [4, map.ioApic],
    ] as const),
    ...interrupts,
    ...local(Kind.external, 0),
    ...local(Kind.nmi, 1),
  ];
  const count = cpus + 1 + 1 + (isaInterrupts - 1) + 2;
  const body = little(...entries);
  const table = little(
    ...(["PCMP", [2, 44 + body.length], [1, 4], [1, 0], "CATKERNL", "MODEL       "] as const),
    ...([
      [4, 0],
      [2, 0],
      [2, count],
      [4, map.localApic],
      [4, 0],
    ] as const),
    body,
  );
  table[7] = balance(table);
  const pointer = little("_MP_", [4, base + 16], [1, 1], [1, 4], [1, 0], [5, 0]);
  pointer[10] = balance(pointer);
  return Uint8Array.from([...pointer, ...table]);
}
