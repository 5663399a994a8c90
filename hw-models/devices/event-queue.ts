/**
 * Virtual time's list of things to come. Devices see it as a `Clock`. Order is by time, then by rank, which the machine
 * gives to each device, then by scheduling: a snapshot holds no callbacks, devices schedule theirs again when they are
 * loaded, and must come out in the same order.
 */
import type { Clock } from "./device.ts";

type Event = { time: number; rank: number; sequence: number; callback: () => void };

const isLater = (a: Event, b: Event) =>
  a.time !== b.time ? a.time > b.time : a.rank !== b.rank ? a.rank > b.rank : a.sequence > b.sequence;

export type EventQueue = {
  /** A clock whose events come, at equal times, behind those of lower rank. */
  clock(rank: number): Clock;
  /** The next event's time; Infinity if there is none. */
  next(): number;
  /** Calls everything that is due. */
  runUntil(timeNs: number): void;
  clear(): void;
};

/** `now` is asked for the time; `onChange` is told that an event became the next one. */
export function eventQueue(now: () => number, onChange: () => void = () => {}): EventQueue {
  // The next event is the last entry. There are few.
  const events: Event[] = [];
  let sequence = 0;

  function add(event: Event) {
    let at = events.length;
    while (at > 0 && isLater(event, events[at - 1]!)) at--;
    events.splice(at, 0, event);
    if (at === events.length - 1) onChange();
  }

  return {
    clock: (rank) => ({
      now,
      at(time, callback) {
        const event = { time, rank, sequence: sequence++, callback };
        add(event);
        return {
          cancel() {
            const at = events.indexOf(event);
            if (at >= 0) events.splice(at, 1);
          },
        };
      },
    }),
    next: () => events.at(-1)?.time ?? Number.POSITIVE_INFINITY,
    runUntil(time) {
      while (events.length > 0 && events.at(-1)!.time <= time) events.pop()!.callback();
    },
    clear() {
      events.length = 0;
    },
  };
}
