/**
 * Software interrupts and the machine timer: RISC-V ACLINT specification 1.0-rc4, chapters 2 (MTIMER) and 3 (MSWI), in
 * the layout of SiFive's CLINT (FU540-C000 manual v1p4, chapter 9).
 */
import { wordRegisters } from "./access.ts";
import type { Clock, Device, Line } from "./device.ts";
import { type Alarm, alarm, loadState, saveState } from "./state.ts";

export type ClintRequest = {
  clock: Clock;
  ticksPerSecond: number;
  /** By hart: the lines of MSIP and MTIP. */
  harts: readonly { software: Line; timer: Line }[];
};

const compareAt = 0x4000;
const timeAt = 0xbff8;
const two32 = 2 ** 32;

export function clint({ clock, ticksPerSecond, harts }: ClintRequest): Device {
  const nsPerTick = 1e9 / ticksPerSecond;
  const powerOn = () => ({
    software: new Uint8Array(harts.length),
    /** Low and high half by hart. */
    compare: new Uint32Array(2 * harts.length).fill(0xffffffff),
    /** What a write to mtime added. */
    offset: 0,
  });
  const s = powerOn();
  const deadlines = harts.map(() => ({ at: -1 }));
  const alarms: Alarm[] = harts.map((_, hart) => alarm(clock, deadlines[hart]!, "at", () => update(hart)));

  const ticks = () => Math.floor(clock.now() / nsPerTick) + s.offset;
  const compare = (hart: number) => s.compare[2 * hart]! + s.compare[2 * hart + 1]! * two32;

  function update(hart: number) {
    const { software, timer } = harts[hart]!;
    software.set(s.software[hart] === 1);
    const due = ticks() >= compare(hart);
    timer.set(due);
    // Beyond 2^53 ns nothing rings: that is a hundred days.
    const at = Math.ceil((compare(hart) - s.offset) * nsPerTick);
    if (due || at > Number.MAX_SAFE_INTEGER) alarms[hart]!.stop();
    else alarms[hart]!.set(at);
  }
  const updateAll = () =>
    harts.forEach((_, hart) => {
      update(hart);
    });

  function read(offset: number): number {
    if (offset < compareAt) return s.software[offset >> 2] ?? 0;
    if (offset >= timeAt) return offset === timeAt ? ticks() % two32 : Math.floor(ticks() / two32);
    return s.compare[(offset - compareAt) >> 2] ?? 0;
  }

  function write(offset: number, value: number) {
    if (offset < compareAt) {
      if (offset >> 2 < harts.length) s.software[offset >> 2] = value & 1;
    } else if (offset >= timeAt) {
      const now = ticks();
      const [low, high] = [now % two32, Math.floor(now / two32)];
      const wanted = offset === timeAt ? high * two32 + value : value * two32 + low;
      s.offset += Math.min(wanted, Number.MAX_SAFE_INTEGER) - now;
    } else if ((offset - compareAt) >> 2 < s.compare.length) s.compare[(offset - compareAt) >> 2] = value;
    updateAll();
  }

  return {
    name: "clint",
    ...wordRegisters(0x10000, read, write),
    reset() {
      Object.assign(s, powerOn());
      updateAll();
    },
    save: () => ({ registers: saveState(s), deadlines: deadlines.map(({ at }) => at) }),
    load(saved) {
      const { registers, deadlines: times } = saved as { registers: typeof saved; deadlines: number[] };
      loadState(s, registers);
      for (const [hart, deadline] of deadlines.entries()) {
        deadline.at = times[hart] ?? -1;
        alarms[hart]!.again();
      }
    },
  };
}
