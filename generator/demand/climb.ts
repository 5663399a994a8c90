/**
 * From an instruction that enters the kernel up through its callers, until what is asked there is known: the number, then
 * the arguments that decide about support. At each step what was a parameter becomes what the caller hands over. What is
 * still open where nobody can be seen calling (a function handed on as a value, a goroutine's start) may be anything.
 */
import type { Call } from "../../spec/vocabulary.ts";
import type { Flows } from "./flows.ts";
import type { Frame } from "./frame.ts";
import type { Graph, Site } from "./graph.ts";
import { judgedArguments } from "./judged.ts";
import type { Machine } from "./machine.ts";
import type { Reach } from "./reach.ts";
import { allThreads } from "./runtime-facts.ts";
import { any, isOpen, only, stackPlace, substitute, type Value } from "./values.ts";

/** What is asked, in terms of the parameters of one function. */
type Question = {
  readonly index: number;
  readonly number: Value;
  /** By position; `any` where nobody wants to know. */
  readonly args: readonly Value[];
  /** Where this came from: the function called, down to the one with the instruction. */
  readonly below: Question | undefined;
  /** The function in which number and selector were known first. */
  readonly fixedBy: number | undefined;
};
export type Answer = {
  readonly number: number;
  readonly args: readonly Value[];
  /** From the function in which all was known to the one that enters the kernel. */
  readonly way: readonly number[];
  readonly fixedBy: number;
};
export type Riddle = {
  readonly index: number;
  readonly address: number;
  readonly why: string;
  readonly way: readonly number[];
};

/** Different questions about one function; with more, its open arguments may be anything. */
const mostQuestions = 300;

export class Climb {
  readonly answers: Answer[] = [];
  readonly riddles: Riddle[] = [];
  readonly #graph: Graph;
  readonly #flows: Flows;
  readonly #reach: Reach;
  readonly #machine: Machine;
  readonly #calls: ReadonlyMap<number, Call>;
  readonly #seen = new Map<number, Set<string>>();
  readonly #waiting: Question[] = [];

  constructor(graph: Graph, flows: Flows, reach: Reach, calls: ReadonlyMap<number, Call>) {
    this.#graph = graph;
    this.#flows = flows;
    this.#reach = reach;
    this.#machine = graph.code.machine;
    this.#calls = calls;
  }

  /** `where`: the places of number and arguments there; the machine's for an instruction that enters the kernel. */
  from({ from, address }: Site, where: { readonly number: number; readonly args: readonly number[] }): void {
    const frame = this.#flows.before(from, address);
    if (frame === undefined) return;
    const number = frame.register(where.number);
    const args = where.args.map((register) => frame.register(register));
    this.#ask({ index: from, number, args, below: undefined, fixedBy: undefined }, address);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop())
      this.#climb(next, address);
  }

  /** Splits by number, drops what nobody wants to know, and answers what is known. */
  #ask(question: Question, site: number): void {
    const { number } = question;
    if (number.is === "set") {
      for (const one of number.values) this.#askOne(question, one);
    } else if (isOpen(number)) this.#queue(question);
    else this.#riddle(question, site, "the number is computed");
  }

  #askOne(question: Question, number: number): void {
    const row = this.#calls.get(number);
    const wanted = judgedArguments(row, this.#graph.code.image.arch);
    const args = question.args.map((value, position) => (wanted.has(position) ? closed(value) : any));
    const selector = [...wanted].find(([, { selects }]) => selects)?.[0];
    const isFixed = selector === undefined || !isOpen(args[selector]!);
    const fixedBy = question.fixedBy ?? (isFixed ? question.index : undefined);
    const one: Question = {
      ...question,
      number: { is: "set", values: [number], key: `${number}` },
      args,
      fixedBy,
    };
    if (args.some(isOpen)) this.#queue(one);
    else this.#answer(one);
  }

  #queue(question: Question): void {
    const { index, number, args, fixedBy } = question;
    const seen = this.#seen.get(index) ?? new Set();
    this.#seen.set(index, seen);
    const key = [number.key, ...args.map((arg) => arg.key), fixedBy].join(";");
    if (seen.has(key)) return;
    if (seen.size >= mostQuestions && !isOpen(number)) {
      this.#answer({ ...question, args: args.map((arg) => (isOpen(arg) ? any : arg)) });
      return;
    }
    seen.add(key);
    this.#waiting.push(question);
  }

  #climb(question: Question, site: number): void {
    const { index } = question;
    const callers = this.#graph.callers[index]!.filter(({ from }) => this.#reach.isReached(from));
    let isCalled = false;
    for (const { from, address, inside, pushes } of callers) {
      const frame = inside ? undefined : this.#flows.before(from, address);
      if (frame === undefined && !inside) continue;
      if (this.#graph.functions[from]!.name === allThreads.site) continue;
      isCalled = true;
      const argument = (slot: number): Value =>
        frame === undefined ? any : this.#handedOver(frame, slot, pushes);
      const number = substitute(question.number, argument);
      const args = question.args.map((value) => substitute(value, argument));
      this.#ask({ ...question, index: from, number, args, below: question }, site);
    }
    // Nobody in sight, or somebody out of sight.
    if (isCalled && !this.#reach.handedOn.has(index)) return;
    if (!this.#reach.isReached(index)) return;
    if (isOpen(question.number))
      this.#riddle(question, site, "the function is handed on as a value, and its caller chooses the number");
    else this.#answer({ ...question, args: question.args.map((arg) => (isOpen(arg) ? any : arg)) });
  }

  /** What a call finds where the function called has a parameter. */
  #handedOver(frame: Frame, slot: number, pushes: boolean): Value {
    const place = stackPlace(slot);
    if (place === undefined) return frame.register(slot);
    const top = frame.register(this.#machine.stackPointer);
    const pushed = pushes ? this.#machine.pushed : 0;
    return top.is === "stack" ? frame.atStack(top.offset + place.offset - pushed, place.bytes) : any;
  }

  #answer(question: Question): void {
    const number = only(question.number)!;
    const fixedBy = question.fixedBy ?? question.index;
    this.answers.push({ number, args: question.args, way: wayOf(question), fixedBy });
  }
  #riddle(question: Question, address: number, why: string): void {
    this.riddles.push({ index: question.index, address, why, way: wayOf(question) });
  }
}

/** Addresses on the stack are no numbers that a caller knows. */
const closed = (value: Value): Value => (value.is === "stack" ? any : value);

function wayOf(question: Question): number[] {
  const way: number[] = [];
  for (let at: Question | undefined = question; at !== undefined; at = at.below) way.push(at.index);
  return way;
}
