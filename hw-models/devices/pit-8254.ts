/**
 * The programmable interval timer: Intel 8254 datasheet (231164-005), and the PC's port 61h, which gates channel 2
 * (IBM PC AT Technical Reference, 1984, page 1-22). Counters are computed from virtual time when they are read.
 *
 * Differs: counting in BCD counts in binary; modes 1 and 5, which a gate's edge starts, count only in channel 2, the only
 * one whose gate is not tied high.
 */
import { byteRegisters } from "./access.ts";
import type { Clock, Device, Line } from "./device.ts";
import { alarm, loadState, saveState } from "./state.ts";

const frequency = 1193182;
const nsPerCount = 1e9 / frequency;
const channels = 3;

const powerOn = () => ({
  mode: Uint8Array.of(3, 3, 3),
  /** 1: low byte, 2: high byte, 3: both. */
  access: Uint8Array.of(3, 3, 3),
  reload: Uint32Array.of(0x10000, 0x10000, 0x10000),
  /** A new count takes effect when it was written whole; -1: not started. */
  startNs: Float64Array.of(-1, -1, -1),
  lowByte: Float64Array.of(-1, -1, -1),
  readHigh: Uint8Array.of(0, 0, 0),
  latched: Float64Array.of(-1, -1, -1),
  status: Float64Array.of(-1, -1, -1),
  gate: Uint8Array.of(1, 1, 0),
  speaker: 0,
  ringAt: -1,
});

export type Pit = { readonly counters: Device; readonly port61: Device };

/** `line`: channel 0's output, IRQ 0. */
export function pit8254(clock: Clock, line: Line): Pit {
  const s = powerOn();
  const bell = alarm(clock, s, "ringAt", () => {
    line.set(output(0));
    watch();
  });

  const isPeriodic = (channel: number) => s.mode[channel] === 2 || s.mode[channel] === 3;
  const elapsed = (channel: number) =>
    s.startNs[channel]! < 0 || !s.gate[channel]
      ? 0
      : Math.floor((clock.now() - s.startNs[channel]!) / nsPerCount);

  function count(channel: number): number {
    const reload = s.reload[channel]!;
    const done = elapsed(channel);
    if (!isPeriodic(channel)) return (reload - done) & 0xffff;
    // Mode 3 counts by two, through each half of its period.
    const step = s.mode[channel] === 3 ? (2 * done) % reload : done % reload;
    return (reload - step) & 0xffff;
  }

  function output(channel: number): boolean {
    const reload = s.reload[channel]!;
    const done = elapsed(channel);
    const started = s.startNs[channel]! >= 0;
    switch (s.mode[channel]) {
      case 0:
      case 1:
        return started && done >= reload;
      case 2:
        return !started || done % reload !== reload - 1;
      case 3:
        return !started || done % reload < Math.ceil(reload / 2);
      default:
        return !started || done !== reload;
    }
  }

  /** When channel 0's output changes next. */
  function watch() {
    const reload = s.reload[0]!;
    if (s.startNs[0]! < 0) return bell.stop();
    const done = elapsed(0);
    const inPeriod = done % reload;
    const half = s.mode[0] === 3 ? Math.ceil(reload / 2) : reload - 1;
    let next = done - inPeriod + (inPeriod < half ? half : reload);
    if (!isPeriodic(0)) {
      if (done > reload) return bell.stop();
      next = done < reload ? reload : reload + 1;
    }
    bell.set(Math.ceil(s.startNs[0]! + next * nsPerCount));
  }

  function start(channel: number, value: number) {
    s.reload[channel] = value === 0 ? 0x10000 : value;
    s.startNs[channel] = clock.now();
    if (channel !== 0) return;
    line.set(output(0));
    watch();
  }

  function writeCount(channel: number, value: number) {
    if (s.access[channel] === 1) return start(channel, value);
    if (s.access[channel] === 2) return start(channel, value << 8);
    const low = s.lowByte[channel]!;
    if (low >= 0) start(channel, low | (value << 8));
    s.lowByte[channel] = low >= 0 ? -1 : value;
  }

  function latchCount(channel: number) {
    if (s.latched[channel]! < 0) s.latched[channel] = count(channel);
  }

  function writeControl(value: number) {
    const channel = value >> 6;
    if (channel === channels) return readBack(value);
    const access = (value >> 4) & 3;
    if (access === 0) return latchCount(channel);
    s.access[channel] = access;
    // Modes 6 and 7 are 2 and 3 again.
    const mode = (value >> 1) & 7;
    s.mode[channel] = mode > 5 ? mode - 4 : mode;
    s.startNs[channel] = s.lowByte[channel] = s.latched[channel] = s.status[channel] = -1;
    s.readHigh[channel] = 0;
    if (channel !== 0) return;
    line.set(output(0));
    watch();
  }

  function readBack(value: number) {
    for (let channel = 0; channel < channels; channel++) {
      if (!((value >> (channel + 1)) & 1)) continue;
      if (!(value & 0x20)) latchCount(channel);
      if (value & 0x10 || s.status[channel]! >= 0) continue;
      const isNull = s.startNs[channel]! < 0 ? 0x40 : 0;
      s.status[channel] =
        (output(channel) ? 0x80 : 0) | isNull | (s.access[channel]! << 4) | (s.mode[channel]! << 1);
    }
  }

  function readCount(channel: number): number {
    const status = s.status[channel]!;
    if (status >= 0) {
      s.status[channel] = -1;
      return status;
    }
    const value = s.latched[channel]! >= 0 ? s.latched[channel]! : count(channel);
    const high = s.access[channel] === 2 || (s.access[channel] === 3 && s.readHigh[channel] === 1);
    if (s.access[channel] === 3) s.readHigh[channel] = high ? 0 : 1;
    if (s.access[channel] !== 3 || high) s.latched[channel] = -1;
    return high ? value >> 8 : value & 0xff;
  }

  function writeGate(value: number) {
    s.speaker = value & 2;
    const before = s.gate[2];
    s.gate[2] = value & 1;
    // A rising gate starts the count again, except in modes 0 and 4, which were only held.
    if (!before && s.gate[2] && s.startNs[2]! >= 0) s.startNs[2] = clock.now();
  }

  /** Bit 4 toggles with the refresh of the PC's first memories, every 15.085 us. */
  const readGate = () =>
    s.gate[2]! | s.speaker | (output(2) ? 0x20 : 0) | (Math.floor(clock.now() / 15085) & 1 ? 0x10 : 0);

  return {
    counters: {
      name: "pit",
      ...byteRegisters(
        4,
        (offset) => (offset === channels ? 0xff : readCount(offset)),
        (offset, value) => (offset === channels ? writeControl(value) : writeCount(offset, value)),
      ),
      reset() {
        bell.stop();
        Object.assign(s, powerOn());
      },
      save: () => saveState(s),
      load(saved) {
        loadState(s, saved);
        bell.again();
      },
    },
    port61: {
      name: "port-61h",
      ...byteRegisters(1, readGate, (_offset, value) => writeGate(value)),
      reset() {},
      // Its state is the counters'.
      save: () => null,
      load() {},
    },
  };
}
