/** Records of crossing instructions are few and are made again after every flush: none may lose what it holds. */
import test from "ava";
import type { Isa } from "../isa/isa.ts";
import { Crossings } from "./crossings.ts";
import { type Layout, crossings as recordCount } from "./layout.ts";
import type { Slots } from "./slots.ts";

test("a crossing instruction that is decoded again and again does not take the record of another one", (t) => {
  const isa = {
    decode(_view: DataView, _at: number, _end: number, _mode: number, decoded: { length: number }) {
      decoded.length = 4;
      return true;
    },
  } as unknown as Isa;
  const slots = {
    locate: () => ({ guestPage: 0, mode: 0, offset: 4094 }),
    hostPage: (page: number) => page * 4096,
    mark() {},
    write() {},
  } as unknown as Slots;
  const crossings = new Crossings(isa, { crossings: 65536 } as Layout, slots, new Uint8Array(3 * 4096));
  const kept = crossings.make(100, 1000, 1)!.record;
  for (let count = 0; count < recordCount + 1; count++) {
    t.not(crossings.make(200, 1000 + (count % 2), 1)!.record, kept);
  }
  t.is(crossings.find(100, 1000)?.record, kept);
});
