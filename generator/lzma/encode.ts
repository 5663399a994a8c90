/**
 * Packs bytes as a raw LZMA stream: no header, no end mark; who unpacks it knows the sizes and the context.
 *
 * A window of positions is looked at in advance: of all ways to say its bytes the cheapest, by the probabilities of now,
 * is taken, and then coded, from which the probabilities learn.
 */
import {
  afterLiteral,
  afterMatch,
  afterRep,
  afterShortRep,
  type Context,
  longestMatch,
  probabilities,
  shortestMatch,
  visitDistance,
  visitIsMatch,
  visitLength,
  visitLiteral,
  visitRep,
} from "./layout.ts";
import { createMatchFinder } from "./matches.ts";
import { createRangeEncoder, priceOf, type RangeEncoder } from "./range-encoder.ts";

const windowSize = 4096;

/** One way to say the next bytes. `rep` -1: at `distance`, which is new; 0..3: at one of the last distances. */
type Step = { readonly length: number; readonly rep: number; readonly distance: number };
const literal: Step = { length: 1, rep: -1, distance: -1 };
const shortRep: Step = { length: 1, rep: 0, distance: -1 };

/** How the coder stands at a position. */
type Stand = { readonly state: number; readonly reps: readonly number[] };
type Node = Stand & { readonly price: number; readonly from: number; readonly step: Step };

export const encodeLzma = (bytes: Uint8Array, context: Context): Buffer => {
  const coder = createRangeEncoder(probabilities(context));
  const matchesAt = createMatchFinder(bytes);
  let stand: Stand = { state: 0, reps: [0, 0, 0, 0] };
  for (let position = 0; position < bytes.length; ) {
    const steps = cheapest(bytes, position, stand, context, coder, matchesAt);
    for (const step of steps) {
      code(bytes, position, stand, step, context, coder);
      stand = after(stand, step);
      position += step.length;
    }
  }
  return coder.finish();
};

const after = ({ state, reps }: Stand, step: Step): Stand => {
  if (step === literal) return { state: afterLiteral(state), reps };
  if (step === shortRep) return { state: afterShortRep(state), reps };
  if (step.rep < 0) return { state: afterMatch(state), reps: [step.distance, ...reps.slice(0, 3)] };
  const distance = reps[step.rep] as number;
  return { state: afterRep(state), reps: [distance, ...reps.filter((_, index) => index !== step.rep)] };
};

type Sink = Pick<RangeEncoder, "visit" | "direct">;

const code = (
  bytes: Uint8Array,
  position: number,
  { state, reps }: Stand,
  step: Step,
  context: Context,
  { visit, direct }: Sink,
): void => {
  const at = position & ((1 << context.position) - 1);
  visitIsMatch(state, at, step === literal ? 0 : 1, visit);
  if (step === literal) {
    const matched = state < 7 ? -1 : (bytes[position - (reps[0] as number) - 1] as number);
    visitLiteral(context, position, bytes[position - 1] ?? 0, matched, bytes[position] as number, visit);
    return;
  }
  visitRep(state, at, step.rep, step === shortRep, visit);
  if (step === shortRep) return;
  visitLength(step.rep >= 0, at, step.length, visit);
  if (step.rep < 0) visitDistance(step.length, step.distance, visit, direct);
};

/** The steps from `start` on, to the window's end or a little beyond. */
const cheapest = (
  bytes: Uint8Array,
  start: number,
  stand: Stand,
  context: Context,
  coder: RangeEncoder,
  matchesAt: ReturnType<typeof createMatchFinder>,
): readonly Step[] => {
  const end = Math.min(bytes.length, start + windowSize);
  const nodes: (Node | undefined)[] = [{ ...stand, price: 0, from: -1, step: literal }];
  let price = 0;
  const meter: Sink = {
    visit: (at, bit) => {
      price += priceOf(coder.probabilities[at] as number, bit);
    },
    direct: (_, bits) => {
      price += bits;
    },
  };
  const lengths = lengthPrices(coder);
  const offer = (from: number, node: Node, cost: number, step: Step): void => {
    const to = from + step.length;
    const known = nodes[to];
    if (known !== undefined && known.price <= cost) return;
    // How it stands there is worked out when its turn comes.
    nodes[to] = { state: -1, reps: node.reps, price: cost, from, step };
  };

  let index = 0;
  for (; start + index < end; index++) {
    const reached = nodes[index] as Node;
    const node = index === 0 ? reached : { ...reached, ...after(nodes[reached.from] as Node, reached.step) };
    nodes[index] = node;
    const position = start + index;
    const at = position & ((1 << context.position) - 1);
    const costOf = (step: Step): number => {
      price = node.price;
      code(bytes, position, node, step, context, meter);
      return price;
    };
    offer(index, node, costOf(literal), literal);

    const most = Math.min(longestMatch, bytes.length - position);
    for (const [rep, distance] of node.reps.entries()) {
      let length = 0;
      if (distance < position)
        while (length < most && bytes[position + length] === bytes[position + length - distance - 1])
          length++;
      if (rep === 0 && length > 0) offer(index, node, costOf(shortRep), shortRep);
      if (length < shortestMatch) continue;
      const step = { length, rep, distance: -1 };
      const whole = costOf(step);
      // Nothing can be better than a whole long one; else a shorter one may be.
      const shortest = length === longestMatch ? length : shortestMatch;
      const table = lengths(true, at);
      const rest = whole - (table[length] as number);
      for (let shorter = length; shorter >= shortest; shorter--)
        offer(index, node, rest + (table[shorter] as number), { ...step, length: shorter });
    }

    let shorter: number = shortestMatch;
    const table = lengths(false, at);
    for (const { length, distance } of matchesAt(position)) {
      if (length === longestMatch) shorter = length;
      for (let rest = Number.NaN; shorter <= length; shorter++) {
        const step = { length: shorter, rep: -1, distance };
        // Beyond five bytes the length does not matter to the distance.
        if (shorter <= shortestMatch + 3 || Number.isNaN(rest))
          rest = costOf(step) - (table[shorter] as number);
        offer(index, node, rest + (table[shorter] as number), step);
      }
    }
  }

  // The window's end may lie within the last step: then that is where it ends.
  while (nodes[index] === undefined) index++;
  const steps: Step[] = [];
  for (let node = nodes[index] as Node; node.from >= 0; node = nodes[node.from] as Node)
    steps.push(node.step);
  return steps.reverse();
};

/** What a length costs now; worked out once for a window. */
const lengthPrices = (coder: RangeEncoder) => {
  const tables = new Map<number, Float64Array>();
  return (isRep: boolean, at: number): Float64Array => {
    const key = at * 2 + (isRep ? 1 : 0);
    const known = tables.get(key);
    if (known) return known;
    const table = new Float64Array(longestMatch + 1);
    for (let length: number = shortestMatch; length <= longestMatch; length++)
      visitLength(isRep, at, length, (probability, bit) => {
        table[length] = (table[length] as number) + priceOf(coder.probabilities[probability] as number, bit);
      });
    tables.set(key, table);
    return table;
  };
};
