/**
 * The "goldfish" real-time clock: nanoseconds since 1970, and an alarm. Android emulator's GOLDFISH-VIRTUAL-HARDWARE,
 * section "Goldfish real-time clock"; witness: QEMU 7.2 hw/rtc/goldfish_rtc.c.
 */
import { wordRegisters } from "./access.ts";
import type { Clock, Device, Line } from "./device.ts";
import { alarm, loadState, saveState } from "./state.ts";

const Register = {
  timeLow: 0x00,
  timeHigh: 0x04,
  alarmLow: 0x08,
  alarmHigh: 0x0c,
  enableInterrupt: 0x10,
  clearAlarm: 0x14,
  alarmStatus: 0x18,
  clearInterrupt: 0x1c,
} as const;

const powerOn = () => ({
  /** Nanoseconds have 61 bits by now: seconds and the rest apart. */
  offsetSeconds: 0,
  offsetNs: 0,
  timeHigh: 0,
  alarmLow: 0,
  alarmHigh: 0,
  enabled: 0,
  pending: 0,
  ringAt: -1,
});

/** `startSeconds`, `startNs`: the time of day at power-on. */
export function goldfishRtc(clock: Clock, line: Line, startSeconds: number, startNs: number): Device {
  const fresh = () => ({ ...powerOn(), offsetSeconds: startSeconds, offsetNs: startNs });
  const s = fresh();
  const update = () => line.set(s.pending === 1 && s.enabled === 1);
  const bell = alarm(clock, s, "ringAt", () => {
    s.pending = 1;
    update();
  });

  const offset = () => BigInt(s.offsetSeconds) * 1_000_000_000n + BigInt(s.offsetNs);
  const now = () => offset() + BigInt(Math.floor(clock.now()));
  const word = (value: bigint) => Number(BigInt.asUintN(32, value));

  function setTime(wanted: bigint) {
    const difference = wanted - BigInt(Math.floor(clock.now()));
    s.offsetSeconds = Number(difference / 1_000_000_000n);
    s.offsetNs = Number(difference % 1_000_000_000n);
  }

  function setAlarm() {
    const wanted = (BigInt(s.alarmHigh) << 32n) | BigInt(s.alarmLow);
    const at = Number(wanted - offset());
    if (at > clock.now()) return bell.set(Math.min(at, Number.MAX_SAFE_INTEGER));
    bell.stop();
    s.pending = 1;
    update();
  }

  function read(at: number): number {
    switch (at) {
      case Register.timeLow: {
        // Reading the low half keeps the high one of the same moment.
        const time = now();
        s.timeHigh = word(time >> 32n);
        return word(time);
      }
      case Register.timeHigh:
        return s.timeHigh;
      case Register.alarmLow:
        return s.alarmLow;
      case Register.alarmHigh:
        return s.alarmHigh;
      case Register.enableInterrupt:
        return s.enabled;
      case Register.alarmStatus:
        return s.ringAt >= 0 ? 1 : 0;
      default:
        return 0;
    }
  }

  function write(at: number, value: number) {
    switch (at) {
      case Register.timeLow:
        return setTime(((now() >> 32n) << 32n) | BigInt(value));
      case Register.timeHigh:
        return setTime((BigInt(value) << 32n) | BigInt.asUintN(32, now()));
      case Register.alarmLow:
        s.alarmLow = value;
        return setAlarm();
      case Register.alarmHigh:
        s.alarmHigh = value;
        return;
      case Register.enableInterrupt:
        s.enabled = value & 1;
        return update();
      case Register.clearAlarm:
        return bell.stop();
      case Register.clearInterrupt:
        s.pending = 0;
        return update();
    }
  }

  return {
    name: "goldfish-rtc",
    ...wordRegisters(0x24, read, write),
    reset() {
      bell.stop();
      Object.assign(s, fresh());
      update();
    },
    save: () => saveState(s),
    load(saved) {
      loadState(s, saved);
      bell.again();
    },
  };
}
