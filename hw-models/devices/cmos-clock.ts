/**
 * The PC's battery-backed clock and memory: Motorola MC146818A datasheet (1984); the century in byte 32h, as the PC AT's
 * firmware keeps it. Time is UTC.
 *
 * Differs: no alarm, periodic or update interrupts (status C is always 0).
 */
import { byteRegisters } from "./access.ts";
import type { Clock, Device } from "./device.ts";
import { loadState, saveState } from "./state.ts";

const second = 1e9;
const statusA = 10;
const statusB = 11;
const statusC = 12;
const statusD = 13;
const century = 0x32;
const Status = { updating: 0x80, halted: 0x80, binary: 0x04, hours24: 0x02, valid: 0x80 } as const;
const afternoon = 0x80;
/** The update bit is set this long before the time changes (datasheet, figure 16). */
const updateNs = 244_000;

const powerOn = () => ({
  index: 0,
  memory: new Uint8Array(128),
  halted: false,
  haltedAt: 0,
  /** Seconds since 1970 at power-on. */ start: 0,
});

export function cmosClock(clock: Clock, startSeconds: number): Device {
  const fresh = () => {
    const s = { ...powerOn(), start: startSeconds };
    s.memory[statusA] = 0x26;
    s.memory[statusB] = Status.hours24;
    return s;
  };
  const s = fresh();

  const seconds = () => (s.halted ? s.haltedAt : s.start + Math.floor(clock.now() / second));
  const encode = (value: number) =>
    s.memory[statusB]! & Status.binary ? value : (Math.floor(value / 10) << 4) | (value % 10);
  const decode = (value: number) =>
    s.memory[statusB]! & Status.binary ? value : (value >> 4) * 10 + (value & 15);

  function encodeHour(hour: number): number {
    if (s.memory[statusB]! & Status.hours24) return encode(hour);
    return encode(hour % 12 === 0 ? 12 : hour % 12) | (hour >= 12 ? afternoon : 0);
  }
  function decodeHour(value: number): number {
    if (s.memory[statusB]! & Status.hours24) return decode(value);
    return (decode(value & ~afternoon) % 12) + (value & afternoon ? 12 : 0);
  }

  /** Which part of the date a byte is; undefined: memory. */
  function readTime(index: number): number | undefined {
    const date = new Date(seconds() * 1000);
    switch (index) {
      case 0:
        return encode(date.getUTCSeconds());
      case 2:
        return encode(date.getUTCMinutes());
      case 4:
        return encodeHour(date.getUTCHours());
      case 6:
        return encode(date.getUTCDay() + 1);
      case 7:
        return encode(date.getUTCDate());
      case 8:
        return encode(date.getUTCMonth() + 1);
      case 9:
        return encode(date.getUTCFullYear() % 100);
      case century:
        return encode(Math.floor(date.getUTCFullYear() / 100));
      default:
        return undefined;
    }
  }

  function writeTime(index: number, value: number): boolean {
    const date = new Date(seconds() * 1000);
    const year = date.getUTCFullYear();
    if (index === 0) date.setUTCSeconds(decode(value));
    else if (index === 2) date.setUTCMinutes(decode(value));
    else if (index === 4) date.setUTCHours(decodeHour(value));
    else if (index === 7) date.setUTCDate(decode(value));
    else if (index === 8) date.setUTCMonth(decode(value) - 1);
    else if (index === 9) date.setUTCFullYear(year - (year % 100) + decode(value));
    else if (index === century) date.setUTCFullYear(decode(value) * 100 + (year % 100));
    else return index === 6;
    const wanted = Math.floor(date.getTime() / 1000);
    if (s.halted) s.haltedAt = wanted;
    else s.start = wanted - Math.floor(clock.now() / second);
    return true;
  }

  /** While bit 7 of status B is set, the time stands still to be set. */
  function writeStatusB(value: number) {
    const halts = (value & Status.halted) !== 0;
    if (halts && !s.halted) s.haltedAt = seconds();
    else if (!halts && s.halted) s.start = s.haltedAt - Math.floor(clock.now() / second);
    s.halted = halts;
    s.memory[statusB] = value;
  }

  function readData(): number {
    if (s.index === statusA) {
      const updating = !s.halted && clock.now() % second >= second - updateNs;
      return s.memory[statusA]! | (updating ? Status.updating : 0);
    }
    if (s.index === statusC) return 0;
    if (s.index === statusD) return Status.valid;
    return readTime(s.index) ?? s.memory[s.index]!;
  }

  function writeData(value: number) {
    if (s.index === statusA) s.memory[statusA] = value & 0x7f;
    else if (s.index === statusB) writeStatusB(value);
    else if (s.index !== statusC && s.index !== statusD && !writeTime(s.index, value))
      s.memory[s.index] = value;
  }

  return {
    name: "cmos-clock",
    ...byteRegisters(
      2,
      (offset) => (offset === 0 ? 0xff : readData()),
      (offset, value) => {
        // Bit 7 masks NMIs on the PC; nothing here makes any.
        if (offset === 0) s.index = value & 0x7f;
        else writeData(value);
      },
    ),
    // The battery keeps time and memory.
    reset() {
      s.index = 0;
    },
    save: () => saveState(s),
    load: (saved) => loadState(s, saved),
  };
}
