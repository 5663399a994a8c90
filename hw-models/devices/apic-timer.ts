/** The local APIC's timer: Intel SDM volume 3A, section 10.5.4. */
import type { Clock, Json } from "./device.ts";
import { alarm, loadState, saveState } from "./state.ts";

const Mode = { oneShot: 0, periodic: 1, deadline: 2 } as const;

export type ApicTimer = {
  setMode(mode: number): void;
  initialCount(): number;
  setInitialCount(count: number): void;
  currentCount(): number;
  divide(): number;
  setDivide(value: number): void;
  /** In ticks of the time-stamp counter; 0: none. */
  deadline(): number;
  setDeadline(ticks: number): void;
  reset(): void;
  save(): Json;
  load(saved: Json): void;
};

const powerOn = () => ({
  mode: Mode.oneShot as number,
  initial: 0,
  divide: 0,
  /** When the present count began. */
  startNs: 0,
  deadline: 0,
  ringAt: -1,
});

/** Bits 0, 1 and 3 choose 2, 4, ... 128, 1 (figure 10-10). */
const divisor = (register: number) => 1 << (((((register >> 1) & 4) | (register & 3)) + 1) & 7);

/** `ticksPerSecond`: of the undivided timer and of the time-stamp counter alike. */
export function apicTimer(clock: Clock, ticksPerSecond: number, ring: () => void): ApicTimer {
  const s = powerOn();
  const bell = alarm(clock, s, "ringAt", () => {
    s.deadline = 0;
    if (s.mode === Mode.periodic && s.initial > 0) start(s.startNs + periodNs());
    ring();
  });

  const nsPerTick = 1e9 / ticksPerSecond;
  const countNs = () => nsPerTick * divisor(s.divide);
  const periodNs = () => s.initial * countNs();

  function start(fromNs: number) {
    s.startNs = fromNs;
    if (s.initial === 0 || s.mode === Mode.deadline) bell.stop();
    else bell.set(Math.ceil(fromNs + periodNs()));
  }

  return {
    setMode(mode) {
      if (mode === s.mode) return;
      // Changing to and from deadline mode disarms it.
      const disarms = mode === Mode.deadline || s.mode === Mode.deadline;
      s.mode = mode;
      if (!disarms) return;
      s.initial = s.deadline = 0;
      bell.stop();
    },
    initialCount: () => s.initial,
    setInitialCount(count) {
      if (s.mode === Mode.deadline) return;
      s.initial = count;
      start(clock.now());
    },
    currentCount() {
      if (s.ringAt < 0 || s.mode === Mode.deadline) return 0;
      const done = Math.floor((clock.now() - s.startNs) / countNs());
      return Math.max(s.initial - done, 0);
    },
    divide: () => s.divide,
    setDivide(value) {
      s.divide = value & 0x0b;
      if (s.ringAt >= 0) start(clock.now());
    },
    deadline: () => s.deadline,
    setDeadline(ticks) {
      if (s.mode !== Mode.deadline) return;
      s.deadline = ticks;
      const at = Math.ceil(ticks * nsPerTick);
      if (ticks === 0 || at > Number.MAX_SAFE_INTEGER) bell.stop();
      else bell.set(Math.max(at, clock.now()));
    },
    reset() {
      bell.stop();
      Object.assign(s, powerOn());
    },
    save: () => saveState(s),
    load(saved) {
      loadState(s, saved);
      bell.again();
    },
  };
}
