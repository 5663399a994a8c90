/**
 * What main surely comes to: the functions by which a program enters a family (`gateways.ts`), if there is no way through
 * main to an ordinary end around a call of them.
 *
 * An ordinary end is a return, or os.Exit with a status that may be 0. A way that ends in a panic, in log.Fatal or in
 * os.Exit(1) is one on which the program has already failed, so it is no way around. A jump by a table may go anywhere.
 */
import { type FamilyName, families } from "../../runtime-abi/go/families.ts";
import { Code } from "../demand/code.ts";
import type { GoFunction } from "../demand/functions.ts";
import { type Image, wordAt } from "../demand/image.ts";
import { flow, type Kind } from "../demand/kinds.ts";
import { isGateway } from "./gateway.ts";

/** By family: the calls that lead from main to a gateway. */
export type SureWays = ReadonlyMap<FamilyName, { readonly way: readonly string[] }>;

const fails =
  /^(runtime\.(gopanic|panic\w*|throw|fatal\w*|goPanic\w*|unreachableMethod)|log\.(\(\*Logger\)\.)?(Fatal|Panic)(f|ln)?|log\/slog\.Fatal)$/;
/** They call the function again from its beginning, or go on: no ends. */
const restarts = /^runtime\.morestack\w*(\.abi0)?$/;
const exits = /^(os|syscall)\.(Exit|runtime_BeforeExit)$/;
const starts = /^runtime\.(newproc|deferproc\w*)$/;
const deepest = 12;
const mostInstructions = 20_000;

type Event =
  | { readonly is: "call"; readonly callee: number }
  | { readonly is: "fails" }
  | { readonly is: "ends" };
type Step = { readonly event?: Event; readonly next: readonly number[] };

export function surelyComes(image: Image, functions: readonly GoFunction[]): SureWays {
  const main = functions.findIndex(({ name }) => name === "main.main");
  if (main < 0) return new Map();
  const walk = new Walk(image, functions);
  const found = (Object.keys(families) as FamilyName[]).flatMap((family) => {
    const way = walk.wayTo(family, main, new Set());
    return way === undefined ? [] : [[family, { way }] as const];
  });
  return new Map(found);
}

class Walk {
  readonly #code: Code;
  readonly #functions: readonly GoFunction[];
  readonly #byStart: ReadonlyMap<number, number>;
  readonly #steps = new Map<number, ReadonlyMap<number, Step>>();

  constructor(image: Image, functions: readonly GoFunction[]) {
    this.#code = new Code(image);
    this.#functions = functions;
    this.#byStart = new Map(functions.map(({ start }, index) => [start, index]));
  }

  /** From a function to a gateway that it surely calls; undefined if it may end without. `above`: whom it is called by. */
  wayTo(family: FamilyName, index: number, above: ReadonlySet<number>): string[] | undefined {
    const { name, start } = this.#functions[index]!;
    if (isGateway(family, name)) return [name];
    if (above.size >= deepest || above.has(index)) return undefined;
    const inside = new Set([...above, index]);
    const steps = this.#stepsOf(index);
    const waiting = new Set([start]);
    let way: string[] | undefined;
    for (const address of waiting) {
      const step = steps.get(address);
      if (step === undefined || step.event?.is === "ends") return undefined;
      if (step.event?.is === "fails") continue;
      if (step.event?.is === "call") {
        const further = this.wayTo(family, step.event.callee, inside);
        if (further !== undefined) {
          if (way === undefined || further.length < way.length) way = further;
          continue;
        }
      }
      for (const next of step.next) waiting.add(next);
    }
    return way && [name, ...way];
  }

  /** By address: what happens there that matters, and where it goes on. */
  #stepsOf(index: number): ReadonlyMap<number, Step> {
    const known = this.#steps.get(index);
    if (known !== undefined) return known;
    const steps = this.#read(this.#functions[index]!);
    this.#steps.set(index, steps);
    return steps;
  }

  #read(fn: GoFunction): Map<number, Step> {
    const { decoded, machine } = this.#code;
    const { from, to } = this.#code.boundsOf(fn);
    const steps = new Map<number, Step>();
    const upper = new Map<number, number>();
    /** The function whose value was made last, and what the first argument was set to. */
    let value: number | undefined;
    let first: number | undefined;
    for (let at = from; at < to && steps.size < mostInstructions; ) {
      const address = fn.start + at - from;
      const kind = this.#code.at(at, to);
      if (kind === undefined) break;
      at += decoded.length;
      const after = fn.start + at - from;
      const base = kind.target === "computed" ? upper.get(decoded.r1) : undefined;
      const target = base === undefined ? this.#code.targetOf(kind, address) : base + decoded.immediate;
      const isCall = kind.flow === flow.call || (kind.links && this.#code.linked);
      steps.set(address, this.#step(fn, kind, isCall, target, after, value, first));

      if (isCall) first = undefined;
      else if (decoded.r0 === firstArgument(machine)) first = constantOf(machine, decoded);
      const named = this.#named(kind, address, upper);
      if (named !== undefined) value = this.#functionIn(named) ?? value;
      if (kind.sets === "pc-relative") upper.set(decoded.r0, address + decoded.immediate);
      else if (kind.memory !== "writes") upper.delete(decoded.r0);
    }
    return steps;
  }

  #step(
    fn: GoFunction,
    kind: Kind,
    isCall: boolean,
    target: number | undefined,
    after: number,
    value: number | undefined,
    first: number | undefined,
  ): Step {
    if (kind.flow === flow.stop) return { event: { is: "fails" }, next: [] };
    const isInside = target !== undefined && target >= fn.start && target < fn.end;
    if (kind.flow === flow.branch) return { next: isInside ? [target, after] : [after] };
    const callee = target === undefined ? undefined : this.#byStart.get(target);
    const name = callee === undefined ? "" : this.#functions[callee]!.name;
    if (isCall || (kind.flow === flow.jump && callee !== undefined && !isInside)) {
      // A jump to another function is a call and a return.
      const next = isCall ? [after] : [];
      if (restarts.test(name)) return { event: { is: "fails" }, next: [] };
      if (fails.test(name)) return { event: { is: "fails" }, next: [] };
      if (exits.test(name))
        return { event: { is: first !== undefined && first !== 0 ? "fails" : "ends" }, next: [] };
      if (starts.test(name) && value !== undefined) return { event: { is: "call", callee: value }, next };
      if (callee !== undefined && isCall) return { event: { is: "call", callee }, next };
      return isCall ? { next } : { event: { is: "ends" }, next };
    }
    if (kind.flow === flow.jump) return isInside ? { next: [target] } : { event: { is: "ends" }, next: [] };
    return { next: [after] };
  }

  /** The address that an instruction computes from its own. */
  #named(kind: Kind, address: number, upper: ReadonlyMap<number, number>): number | undefined {
    const { decoded, machine } = this.#code;
    if (kind.flow !== flow.next) return undefined;
    if (decoded.base === machine.isa.pc.offset) return address + decoded.length + decoded.displacement;
    const base = upper.get(decoded.r1);
    return base !== undefined && kind.sets === "sum" ? base + decoded.immediate : undefined;
  }

  /** The function at an address, or the one that a function value there leads to. */
  #functionIn(address: number): number | undefined {
    const direct = this.#byStart.get(address);
    if (direct !== undefined) return direct;
    const { image } = this.#code;
    const offset = image.offsetOf(address, 8);
    return offset < 0 ? undefined : this.#byStart.get(wordAt(image.view, offset));
  }
}

type Machine = Code["machine"];
/** Of Go's own calling convention: RAX, X10. Go, src/cmd/compile/abi-internal.md. */
const firstArgument = ({ number, args, noLink }: Machine) => (noLink === undefined ? number : args[0]);

const setsConstant = /^(mov r(32|64), imm|addi )/;
function constantOf({ isa }: Machine, decoded: Code["decoded"]): number | undefined {
  const name = isa.instructions[decoded.instruction]?.name ?? "";
  if (!setsConstant.test(name) || (name.startsWith("addi") && decoded.r1 !== 0)) return undefined;
  return decoded.immediate;
}
