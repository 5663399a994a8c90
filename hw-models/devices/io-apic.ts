/**
 * The I/O APIC: Intel 82093AA datasheet (290566-001), section 3; the EOI register of version 20h: Intel ICH9 datasheet
 * (316972-004), section 13.5.
 *
 * Differs: lines are "asserted" or not, so that the polarity bit is kept and means nothing.
 */
import { wordRegisters } from "./access.ts";
import { type ApicMessage, DeliveryMode } from "./apic-bus.ts";
import type { Device, Line } from "./device.ts";
import { loadState, saveState } from "./state.ts";

export type IoApic = Device & {
  input(pin: number): Line;
  /** A CPU ended a level-triggered vector. */
  ended(vector: number): void;
};

const select = 0x00;
const window = 0x10;
const endOfInterrupt = 0x40;
const Entry = {
  logical: 0x800,
  remoteIrr: 0x4000,
  level: 0x8000,
  masked: 0x10000,
  writable: 0x1afff,
} as const;

export function ioApic(name: string, pins: number, send: (message: ApicMessage) => void): IoApic {
  const powerOn = () => ({
    selected: 0,
    id: 0,
    /** Low and high word of each redirection. */
    entries: Uint32Array.from({ length: 2 * pins }, (_, index) => (index % 2 ? 0 : Entry.masked)),
    asserted: new Uint8Array(pins),
  });
  const s = powerOn();

  function deliver(pin: number) {
    const low = s.entries[2 * pin]!;
    const destination = s.entries[2 * pin + 1]! >>> 24;
    const level = (low & Entry.level) !== 0;
    const mode = (low >> 8) & 7;
    if (low & Entry.masked || (level && low & Entry.remoteIrr)) return;
    if (level) s.entries[2 * pin] = low | Entry.remoteIrr;
    send({
      ...{ vector: low & 0xff, mode, level: level && mode <= DeliveryMode.lowestPriority },
      ...{ to: "destination", from: -1, destination, broadcast: destination === 0xff },
      logical: (low & Entry.logical) !== 0,
    });
  }

  /** A level that is still there is sent again; an edge is sent when it comes. */
  function again(pin: number) {
    if (s.asserted[pin] && s.entries[2 * pin]! & Entry.level) deliver(pin);
  }

  function ended(vector: number) {
    for (let pin = 0; pin < pins; pin++) {
      const low = s.entries[2 * pin]!;
      if ((low & 0xff) !== vector || !(low & Entry.level) || !(low & Entry.remoteIrr)) continue;
      s.entries[2 * pin] = low & ~Entry.remoteIrr;
      again(pin);
    }
  }

  function readRegister(): number {
    if (s.selected === 0 || s.selected === 2) return s.id << 24;
    if (s.selected === 1) return ((pins - 1) << 16) | 0x20;
    return s.entries[s.selected - 0x10] ?? 0;
  }

  function writeRegister(value: number) {
    if (s.selected === 0) s.id = (value >>> 24) & 0x0f;
    const index = s.selected - 0x10;
    if (index < 0 || index >= s.entries.length) return;
    if (index % 2 === 1) {
      s.entries[index] = (value & 0xff000000) >>> 0;
      return;
    }
    // The delivery status and the remote IRR are the controller's; an edge entry has no remote IRR.
    const remote = value & Entry.level ? s.entries[index]! & Entry.remoteIrr : 0;
    s.entries[index] = (value & Entry.writable) | remote;
    again(index >> 1);
  }

  return {
    name,
    ...wordRegisters(
      0x1000,
      (offset) => (offset === select ? s.selected : offset === window ? readRegister() : 0),
      (offset, value) => {
        if (offset === select) s.selected = value & 0xff;
        else if (offset === window) writeRegister(value);
        else if (offset === endOfInterrupt) ended(value & 0xff);
      },
    ),
    input: (pin) => ({
      set(level) {
        const before = s.asserted[pin];
        s.asserted[pin] = level ? 1 : 0;
        if (level && !before) deliver(pin);
      },
    }),
    ended,
    reset() {
      const { asserted } = s;
      Object.assign(s, powerOn(), { asserted });
    },
    save: () => saveState(s),
    load: (saved) => loadState(s, saved),
  };
}
