/**
 * The PC's two interrupt controllers: Intel 8259A datasheet (231468-003), cascaded as in the IBM PC AT.
 *
 * Differs: their output is wired to nothing. Systems with an I/O APIC set them up, mask them and forget them; here
 * they remember what they were told.
 */
import { byteRegisters } from "./access.ts";
import type { Device } from "./device.ts";
import { loadState, saveState } from "./state.ts";

const powerOn = () => ({ mask: 0, base: 0, step: 0, needsFourth: false, readsService: false });

/** One of the two: ports 20h and 21h, or A0h and A1h. */
export function pic8259(name: string): Device {
  const s = powerOn();

  /** ICW1 begins the sequence of two to four words that ends in ordinary operation. */
  function command(value: number) {
    if (value & 0x10) {
      Object.assign(s, powerOn(), { step: 2, needsFourth: (value & 1) !== 0 });
    } else if (value & 0x08 && value & 0x02) s.readsService = (value & 1) !== 0;
  }

  function data(value: number) {
    if (s.step === 0) s.mask = value;
    else if (s.step === 2) {
      s.base = value & 0xf8;
      s.step = 3;
    } else s.step = s.step === 3 && s.needsFourth ? 4 : 0;
  }

  return {
    name,
    ...byteRegisters(
      2,
      // Nothing is requested, nothing in service.
      (offset) => (offset === 1 ? s.mask : 0),
      (offset, value) => (offset === 1 ? data(value) : command(value)),
    ),
    reset: () => void Object.assign(s, powerOn()),
    save: () => saveState(s),
    load: (saved) => loadState(s, saved),
  };
}
