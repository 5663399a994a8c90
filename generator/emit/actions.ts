// Actions: what answers a call, or one variant of it.
import { constantOn } from "../../runtime-abi/constants.ts";
import { errnos } from "../../runtime-abi/errno.ts";
import type { Arg, Args, Call, Handler, Support, Variant } from "../../spec/vocabulary.ts";
import { argsOfBody, argsOn } from "../read/table.ts";
import { cFromRegisters } from "./c-argument.ts";
import { cLiteral } from "./c-literal.ts";
import { acceptedBits, addGate, knownFlags } from "./gates.ts";
import { type ArgumentValues, knownOf, narrow } from "./only-values.ts";
import type { Pools } from "./pools.ts";
import { addShows, showOfResult } from "./shows.ts";
import { addSteps } from "./steps.ts";

/** The C function that a handler names. */
export const bodyOf = (handler: Handler): string => `sys_${handler.slice(handler.indexOf("/") + 1)}`;

/** A variant's arguments: those of the row, other kinds where the variant says so. */
export const argsOfVariant = (args: Args, variant: Variant | undefined): Args =>
  Object.fromEntries(
    Object.entries(args).map(([name, arg]) => {
      const own = variant?.args?.[name];
      return [name, typeof own === "object" ? own : arg];
    }),
  );

/** `known`: what of the arguments' values is known. */
const addAdapter = (
  pools: Pools,
  body: string,
  parameters: Args,
  registers: Args,
  known: ArgumentValues,
): string => {
  const tests: string[] = [];
  const values = Object.keys(parameters).map((name) => {
    const place = Object.keys(registers).indexOf(name);
    const narrowed = narrow(parameters[name] as Arg, known.get(name), `a[${place}]`);
    if (narrowed === undefined) return cFromRegisters(name, parameters, registers, pools.arch);
    tests.push(`if (!(${narrowed.test})) return call_cut(${place});`);
    return narrowed.value;
  });
  const text = [...tests, `return ${body}(${values.join(", ")});`].join("\n    ");
  for (let n = 0; ; n++) {
    const name = `${body.replace("sys_", "call_")}${n === 0 ? "" : `_${n}`}`;
    const known = pools.adapters.get(name);
    if (known === undefined) pools.adapters.set(name, text);
    if (known === undefined || known === text) return name;
  }
};

type Choice = {
  readonly name: string;
  readonly select: number;
  /** That a value of the selector comes to this action. */
  readonly chooses?: (value: number) => boolean;
};

const addAction = (
  pools: Pools,
  call: Call,
  support: Support,
  handler: Handler | undefined,
  variant?: Variant,
  selector?: Choice,
): number => {
  const registers = argsOfVariant(argsOn(call, pools.arch), variant);
  const shows = addShows(pools, registers, selector);
  const write = (
    kind: string,
    value: number,
    body: string,
    steps: { readonly first: number; readonly count: number },
  ): number =>
    pools.actions.place([
      `{${body}, ${value}, ${steps.first}, ${shows.first}, ${kind}, ${steps.count}, ${shows.count}, ` +
        `${showOfResult(call.returns)}, ${shows.late ? 1 : 0}},`,
    ]);
  const none = { first: 0, count: 0 };
  switch (support.kind) {
    case "refused":
      return write("ACTION_REFUSE", errnos[support.errno].value, "0", none);
    case "constant":
      return write("ACTION_ANSWER", support.value, "0", none);
    case "ignored":
      return write("ACTION_ANSWER", 0, "0", none);
    default: {
      if (!handler) throw new Error(`${call.name} has behaviour but no handler`);
      const known = knownOf(pools.known, call.name, selector?.name, selector?.chooses);
      const parameters = argsOfVariant(argsOfBody(call), variant);
      const adapter = addAdapter(pools, bodyOf(handler), parameters, registers, known);
      const steps = addSteps(pools, registers, known);
      const kind =
        call.frame === "whole" ? "ACTION_WHOLE" : steps.count > 0 ? "ACTION_BODY" : "ACTION_DIRECT";
      return write(kind, 0, adapter, steps);
    }
  }
};

const addSelect = (pools: Pools, call: Call): number => {
  const { select, variants = {}, otherwise } = call;
  if (!select || !otherwise) throw new Error(`${call.name} has variants but no select or otherwise`);
  const args = argsOn(call, pools.arch);
  const selector: Choice = { name: select.on, select: pools.selects.entries.length };
  // Its place is kept now, so that the actions of the variants can name it.
  pools.selects.place([`placeholder of ${call.name}`]);
  const rest = otherwise.kind === "refused" ? errnos[otherwise.errno].value : errnos.EINVAL.value;
  const gate = select.mask === undefined ? "NO_GATE" : addGate(pools, select.also ?? {}, rest, 32);
  const mask =
    select.mask === undefined ? 0xffff_ffffn : BigInt.asUintN(32, constantOn(select.mask, pools.arch) ?? 0n);
  const also = acceptedBits(knownFlags(select.also ?? {}, pools.arch, 32));
  const plain = select.mask === undefined ? mask : also.strict ? mask : mask | also.accepted;
  const values: bigint[] = [];
  const entries = Object.entries(variants).flatMap(([name, variant]) => {
    const value = constantOn(name, pools.arch);
    if (value === undefined || !variant) return [];
    values.push(value);
    const chooses = (chosen: number) =>
      (BigInt.asUintN(32, BigInt(chosen)) & mask) === BigInt.asUintN(32, value);
    const choice = { ...selector, chooses };
    const action = addAction(pools, call, variant.support, variant.handler, variant, choice);
    return [
      `{${cLiteral(BigInt.asUintN(32, value))}, ${pools.names.intern(name)}, ${action}}, /* ${name} */`,
    ];
  });
  const otherwiseAction = addAction(pools, call, otherwise, call.handler, undefined, selector);
  const first = pools.variants.place(entries);
  const misplaced = values.findIndex((value, index) => value !== BigInt(index));
  const numbered = misplaced < 0 ? values.length : misplaced;
  (pools.selects.entries as string[])[selector.select] =
    `{${cLiteral(mask)}, ${cLiteral(plain)}, ${first}, ${entries.length}, ${otherwiseAction}, ${gate}, ` +
    `${Object.keys(args).indexOf(select.on)}, ${numbered}}, /* ${call.name} */`;
  return selector.select;
};

/** Adds all that a row needs; answers the index of its action. */
export const addCall = (pools: Pools, call: Call): number => {
  if (!call.select) {
    if (!call.support) throw new Error(`${call.name} has neither support nor variants`);
    return addAction(pools, call, call.support, call.handler);
  }
  const select = addSelect(pools, call);
  return pools.actions.place([
    `{0, ${select}, 0, 0, ACTION_SELECT, 0, ${Object.keys(argsOn(call, pools.arch)).length}, SHOW_LONG, 0},`,
  ]);
};

/** Every body that rows name, with the parameters it must take. */
export const bodiesOf = (call: Call): readonly { readonly handler: Handler; readonly args: Args }[] => [
  ...(call.handler ? [{ handler: call.handler, args: argsOfBody(call) }] : []),
  ...Object.values(call.variants ?? {}).flatMap((variant) =>
    variant?.handler ? [{ handler: variant.handler, args: argsOfVariant(argsOfBody(call), variant) }] : [],
  ),
];
