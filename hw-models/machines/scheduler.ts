/**
 * Which CPU runs next, and what time it is. One thread, and deterministic: the order of the CPUs and the lengths of their
 * turns come from a seed, time from the instructions that were executed.
 *
 * Time goes in rounds. In a round every CPU that has something to do gets a turn; together they advance time as one of
 * them would, so that four busy CPUs do four times the work of one in a second. Within a round time never goes back,
 * whichever CPU looks. A round ends early at the next event, and when a CPU that slept is woken. When all sleep, time
 * jumps to the next event.
 *
 * Invariant: what a round does depends on nothing but the state at its beginning. `run` therefore stops only between
 * rounds, and cutting a run into slices changes nothing.
 */
import { type EventQueue, eventQueue } from "../devices/event-queue.ts";
import type { Engine } from "../engine/engine.ts";
import type { Isa } from "../isa/isa.ts";

export type SchedulerRequest = {
  cpus: number;
  seed: number;
  /** In instructions, with several CPUs. */
  longestTurn?: number | undefined;
  instructionsPerMicrosecond: number;
  /** Called before every instruction. It changes nothing but the speed. */
  onInstruction?: ((cpu: number) => void) | undefined;
};

/** Why `run` came back. */
export type Pause =
  | "ended"
  /** The limit is reached. */
  | "limit"
  /** Every CPU waits for an event behind `idleUntilNs`. */
  | "idle"
  /** Every CPU waits, and nothing is scheduled that would wake one. */
  | "waiting";

export type Limit = {
  readonly instructions?: number;
  readonly timeNs?: number;
  /** When all wait, time jumps no further than to here. */
  readonly idleUntilNs?: number;
};

export type SchedulerState = {
  timeNs: number;
  round: number;
  random: number;
  /** Instructions of all CPUs. */
  instructions: number;
  waiting: boolean[];
  /** Not started, or stopped: runs only when it is started. */
  parked: boolean[];
};

export type Scheduler = {
  readonly events: EventQueue;
  readonly state: SchedulerState;
  /** `turnEnded` is told which CPU makes room for another. */
  attach(engine: Engine, isa: Isa, turnEnded?: (cpu: number) => void): void;
  /** Now, on whatever CPU runs. */
  now(): number;
  /** For the engine: the time on the running CPU. */
  timeAt(executed: number): number;
  /** The CPU whose turn it is; -1 between turns. */
  running(): number;
  run(limit: Limit, beforeRound: () => void): Pause;
  /** An interrupt line of a CPU changed: it may have something to do. */
  poke(cpu: number): void;
  /** It runs no more until it is started again. */
  park(cpu: number): void;
  start(cpu: number): void;
  /** Nothing runs any more. */
  end(): void;
};

/** Turns of a single CPU are as long as the engine likes them; with several, short enough to meet each other. */
const soloTurn = 1_000_000;
const usualTurn = 16_000;
/** The longest turn is so many times the shortest. */
const turnRange = 4;

/** Marsaglia, "Xorshift RNGs" (2003). Never 0. */
function xorshift(x: number): number {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x >>> 0;
}

export function scheduler(request: SchedulerRequest): Scheduler {
  const { cpus, seed, instructionsPerMicrosecond, onInstruction, longestTurn = usualTurn } = request;
  const shortestTurn = Math.ceil(longestTurn / turnRange);
  const state: SchedulerState = {
    timeNs: 0,
    round: 0,
    random: xorshift((Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635) >>> 0 || 1),
    instructions: 0,
    waiting: Array.from({ length: cpus }, () => false),
    parked: Array.from({ length: cpus }, () => false),
  };
  let engine: Engine;
  let isa: Isa;
  let turnEnded: ((cpu: number) => void) | undefined;
  let runningCpu = -1;
  /** Of this round: instructions before the present turn, CPUs, and whether it is to end. */
  let done = 0;
  let active = 1;
  let roundIsOver = false;
  let hasEnded = false;

  const now = () => (runningCpu < 0 ? state.timeNs : engine.cpus[runningCpu]!.timeNs);
  const timeAt = (executed: number) =>
    state.timeNs + Math.floor(((done + executed) * 1000) / (instructionsPerMicrosecond * active));

  const interrupt = () => {
    if (runningCpu >= 0) engine.interrupt();
  };
  const events = eventQueue(now, interrupt);

  function random(below: number): number {
    state.random = xorshift(state.random);
    return state.random % below;
  }

  function shuffled(list: number[]): number[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }

  function hasWork(cpu: number): boolean {
    if (state.parked[cpu]) return false;
    if (state.waiting[cpu] && isa.wakes(engine.cpus[cpu]!)) state.waiting[cpu] = false;
    return !state.waiting[cpu];
  }

  /** Instructions of this turn until the next event is due; at least one, so that time moves. */
  function untilEvent(executed: number): number {
    const ns = events.next() - state.timeNs;
    const wanted = Math.ceil((ns * instructionsPerMicrosecond * active) / 1000) - done - executed;
    return Math.max(wanted, 0);
  }

  function turn(cpu: number, length: number) {
    runningCpu = cpu;
    let executed = 0;
    while (executed < length && !roundIsOver && !hasEnded) {
      const budget = Math.min(length - executed, untilEvent(executed));
      if (budget === 0) {
        roundIsOver = true;
        break;
      }
      const before = done;
      done += executed;
      onInstruction?.(cpu);
      const result = engine.run(cpu, onInstruction === undefined ? budget : 1);
      done = before;
      executed += result.executed;
      if (result.stop === "waiting") {
        state.waiting[cpu] = true;
        break;
      }
      if (state.parked[cpu]) break;
    }
    runningCpu = -1;
    if (cpus > 1) turnEnded?.(cpu);
    done += executed;
    state.instructions += executed;
  }

  function round(ready: number[]) {
    state.round++;
    active = ready.length;
    done = 0;
    roundIsOver = false;
    for (const cpu of shuffled(ready)) {
      if (roundIsOver || hasEnded) break;
      turn(cpu, cpus === 1 ? soloTurn : shortestTurn + random(Math.max(longestTurn - shortestTurn, 1)));
    }
    const end = timeAt(0);
    done = 0;
    active = 1;
    state.timeNs = end;
    events.runUntil(end);
  }

  return {
    events,
    state,
    attach(toEngine, toIsa, whenTurnEnded) {
      engine = toEngine;
      isa = toIsa;
      turnEnded = whenTurnEnded;
    },
    now,
    timeAt,
    running: () => runningCpu,
    run(limit, beforeRound) {
      const never = Number.POSITIVE_INFINITY;
      const { instructions = never, timeNs = never, idleUntilNs = never } = limit;
      const all = Array.from({ length: cpus }, (_, cpu) => cpu);
      for (;;) {
        if (hasEnded) return "ended";
        beforeRound();
        if (state.instructions >= instructions || state.timeNs >= timeNs) return "limit";
        const ready = all.filter(hasWork);
        if (ready.length > 0) {
          round(ready);
          continue;
        }
        const next = events.next();
        if (next === never) return "waiting";
        if (next > timeNs) return "limit";
        if (next > idleUntilNs) return "idle";
        state.round++;
        state.timeNs = Math.max(next, state.timeNs);
        events.runUntil(state.timeNs);
      }
    },
    poke(cpu) {
      // Who sleeps takes part from the next round on; the running one looks at its lines at once.
      if (state.waiting[cpu]) roundIsOver = true;
      interrupt();
    },
    park(cpu) {
      state.parked[cpu] = true;
      state.waiting[cpu] = false;
      interrupt();
    },
    start(cpu) {
      state.parked[cpu] = false;
      state.waiting[cpu] = false;
      roundIsOver = true;
      interrupt();
    },
    end() {
      hasEnded = true;
      interrupt();
    },
  };
}
