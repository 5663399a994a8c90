/** RCPSS and RSQRTSS keep what the manual promises; their bits are ours (SDM volume 2, RCPPS and RSQRTPS). */
import test from "ava";
import { hardBits, random } from "../../float/cases.ts";
import { evaluate, type World } from "../../meaning/evaluate.ts";
import type { Decoded } from "../isa.ts";
import { approximateLow } from "./sse-float.ts";
import { xmm } from "./state.ts";

const view = new DataView(new ArrayBuffer(16));
const number = (bits: number) => {
  view.setUint32(0, bits);
  return view.getFloat32(0);
};

/** The bits that the instruction gives for a register with `bits`. */
function approximate(root: boolean, bits: number): number {
  const operand = (position: number) => ({ operand: String(position), type: "f32" as const });
  const meaning = approximateLow(root)({ f32: operand } as never);
  const place = { in: "register", type: "f32", width: 4 } as const;
  const operands = { "0": { ...place, field: "r0" }, "1": { ...place, field: "r1" } } as const;
  const state = new DataView(new ArrayBuffer(xmm[15]!.offset + 16));
  state.setUint32(xmm[1]!.offset, bits, true);
  const isa = {
    instructions: [{ name: "approximation", operands, meaning }],
    pc: { offset: 16 },
    helpers: {},
  };
  const decoded = { instruction: 0, length: 4, r0: xmm[0]!.offset, r1: xmm[1]!.offset } as Decoded;
  evaluate({ isa, state } as unknown as World, decoded, 0n);
  return state.getUint32(xmm[0]!.offset, true);
}

test("an approximation is off by at most 1.5 * 2^-12", (t) => {
  const below = random(14);
  for (let i = 0; i < 5000; i++) {
    const bits = Number(hardBits(32, below));
    const x = number(bits);
    // Beyond these the result of RCPSS may be flushed to zero; the table below has the rest.
    if (!(Math.abs(x) >= 2 ** -126 && Math.abs(x) <= 2 ** 125)) continue;
    const reciprocal = number(approximate(false, bits));
    t.true(Math.abs(reciprocal * x - 1) <= 1.5 * 2 ** -12, `1 / ${x} is not ${reciprocal}`);
    if (x < 0) continue;
    const root = number(approximate(true, bits));
    t.true(Math.abs(root * Math.sqrt(x) - 1) <= 1.5 * 2 ** -12, `1 / sqrt(${x}) is not ${root}`);
  }
});

const special: readonly (readonly [bits: number, reciprocal: number, root: number])[] = [
  [0x00000000, 0x7f800000, 0x7f800000], // zeros, denormal numbers
  [0x80000000, 0xff800000, 0xff800000],
  [0x00000001, 0x7f800000, 0x7f800000],
  [0x807fffff, 0xff800000, 0xff800000],
  [0x7f800000, 0x00000000, 0x00000000], // infinities, and what is so large that its reciprocal is flushed
  [0xff800000, 0x80000000, 0xffc00000],
  [0x7f7fffff, 0x00000000, 0x1f800000],
  [0xbf800000, 0xbf800000, 0xffc00000],
  [0x7f800001, 0x7fc00001, 0x7fc00001], // NaNs
  [0xffc01234, 0xffc01234, 0xffc01234],
];
test("zeros, denormal numbers, infinities and NaNs give what the manual's table says", (t) => {
  for (const [bits, reciprocal, root] of special) {
    t.is(approximate(false, bits).toString(16), reciprocal.toString(16), `1 / ${bits.toString(16)}`);
    t.is(approximate(true, bits).toString(16), root.toString(16), `1 / sqrt ${bits.toString(16)}`);
  }
});
