/**
 * A device's state as one plain object, so that saving and loading it is the same for all: a new register is in the
 * snapshot because it is in the object. Register files of fixed size are typed arrays, queues are lists of numbers.
 */
import type { Clock, Json, Timer } from "./device.ts";

type Registers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
export type State = { [key: string]: number | boolean | string | number[] | Registers };

const numbersOf = (json: Json | undefined): number[] =>
  Array.isArray(json) ? json.filter((value): value is number => typeof value === "number") : [];

export function saveState(state: State): Json {
  const saved = Object.entries(state).map(([key, value]) => [
    key,
    typeof value === "object" ? Array.from(value) : value,
  ]);
  return Object.fromEntries(saved);
}

/** Takes from a snapshot what has the right type, and leaves the rest as it is. */
export function loadState(state: State, saved: Json): void {
  if (typeof saved !== "object" || saved === null || Array.isArray(saved)) return;
  const values = saved as { readonly [key: string]: Json };
  for (const [key, old] of Object.entries(state)) {
    const value = values[key];
    if (Array.isArray(old)) state[key] = numbersOf(value);
    else if (typeof old === "object") old.set(numbersOf(value).slice(0, old.length));
    else if (typeof value === typeof old) state[key] = value as number | boolean | string;
  }
}

/** One deadline of a device. Its time is part of the state, in nanoseconds, -1 for none. */
export type Alarm = { set(timeNs: number): void; stop(): void /** After loading. */; again(): void };

export function alarm<Key extends string>(
  clock: Clock,
  state: Record<Key, number>,
  key: Key,
  ring: () => void,
): Alarm {
  let timer: Timer | undefined;
  const schedule = () => {
    timer?.cancel();
    timer = undefined;
    if (state[key] < 0) return;
    timer = clock.at(state[key], () => {
      timer = undefined;
      state[key] = -1 as Record<Key, number>[Key];
      ring();
    });
  };
  const set = (timeNs: number) => {
    state[key] = timeNs as Record<Key, number>[Key];
    schedule();
  };
  return { set, stop: () => set(-1), again: schedule };
}
