/** Which flags a block need not keep: by amd64's rows, because these are what it is for. */
import test from "ava";
import { MODE_USER } from "../../isa/amd64/decode.ts";
import { amd64 } from "../../isa/amd64/isa.ts";
import { emptyDecoded } from "../../isa/isa.ts";
import { deadFlags } from "./dead-flags.ts";
import type { Placed } from "./page.ts";

function block(...codes: number[][]): Placed[] {
  let offset = 0;
  return codes.map((code) => {
    const decoded = emptyDecoded();
    const view = new DataView(Uint8Array.from(code).buffer);
    amd64.decode(view, 0, code.length, MODE_USER, decoded);
    const placed = { offset, instruction: amd64.instructions[decoded.instruction]!, decoded };
    offset += code.length;
    return placed;
  });
}
const rolEax = [0xc1, 0xc0, 5];
const addEaxEcx = [0x01, 0xc8];
const incEax = [0xff, 0xc0];
const adcEaxEcx = [0x11, 0xc8];
const movEaxEcx = [0x89, 0xc8];
const movEaxMemory = [0x8b, 0x01];
const addEaxMemory = [0x03, 0x01];
const testMemory = [0x84, 0x01];
const jne = [0x75, 2];

const cases: readonly (readonly [string, number[][], boolean[]])[] = [
  ["what the next row replaces is dead", [rolEax, addEaxEcx], [true, false]],
  ["rows without flags do not matter", [rolEax, movEaxEcx, addEaxEcx], [true, true, false]],
  [
    "an access may leave, and then they are asked for",
    [rolEax, movEaxMemory, addEaxEcx],
    [false, true, false],
  ],
  ["the flags of an access itself may be dead", [addEaxMemory, rolEax, addEaxEcx], [true, true, false]],
  ["an access that is only made for the flags stays", [testMemory, addEaxEcx], [false, false]],
  ["a row that keeps one of them keeps all before it alive", [addEaxEcx, incEax, jne], [false, false, false]],
  ["unless its own are dead", [addEaxEcx, incEax, addEaxEcx], [true, true, false]],
  ["a reader keeps them alive", [addEaxEcx, adcEaxEcx, addEaxEcx], [false, true, false]],
  ["at the end of a block they live", [addEaxEcx, movEaxEcx], [false, false]],
];
for (const [title, codes, expected] of cases) {
  test(title, (t) => {
    t.deepEqual(deadFlags(amd64, block(...codes)), expected);
  });
}

test("behind the next page, it may leave", (t) => {
  const [rol, add] = block(rolEax, addEaxEcx);
  t.deepEqual(deadFlags(amd64, [rol!, { ...add!, crosses: { slots: 0, guestPage: 1 } }]), [false, false]);
});
