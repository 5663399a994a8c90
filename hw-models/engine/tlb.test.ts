/** How far an entry reaches: into the next page, as long as that is known to follow in the host's memory. */
import test from "ava";
import { layout, pageBytes, tlb } from "./layout.ts";
import { Tlb } from "./tlb.ts";
import { toyIsa } from "./toy-isa.ts";

const isa = toyIsa(false);
const places = layout(isa, 1, 1 << 20);
const mode = 1;
const here = 0x40_0000;

function make(): { banks: Tlb; reach(low: number, kind?: number): number } {
  const memory = new Int32Array((places.cpus[0]! + places.cpu.bytes) >>> 2);
  const banks = new Tlb(memory, places, 0, isa.modes);
  const reach = (low: number, kind: number = tlb.read): number => {
    const index = (low >>> 12) & (tlb.entries - 1);
    return memory[((banks.bank(mode) + kind + index * tlb.entryBytes) >>> 2) + 3]!;
  };
  return { banks, reach };
}

for (const [first, second] of [
  [here, here + pageBytes],
  [here + pageBytes, here],
] as const) {
  test(`two pages that follow each other in the host reach as far as both, filled ${first < second ? "up" : "down"}wards`, (t) => {
    const { banks, reach } = make();
    banks.fill(mode, tlb.read, 0, first, 1000);
    t.is(reach(first), pageBytes);
    banks.fill(mode, tlb.read, 0, second, 1000);
    t.deepEqual([reach(here), reach(here + pageBytes)], [2 * pageBytes, pageBytes]);
    t.is(reach(here, tlb.write), 0);
  });
}

test("a page that lies elsewhere in the host is not reached", (t) => {
  const { banks, reach } = make();
  banks.fill(mode, tlb.read, 0, here, 1000);
  banks.fill(mode, tlb.read, 0, here + pageBytes, 5096);
  t.is(reach(here), pageBytes);
  // It moves there, and away again.
  banks.fill(mode, tlb.read, 0, here + pageBytes, 1000);
  t.is(reach(here), 2 * pageBytes);
  banks.fill(mode, tlb.read, 0, here + pageBytes, 5096);
  t.is(reach(here), pageBytes);
});

test("what is flushed is not reached any more, and reaches nothing", (t) => {
  const { banks, reach } = make();
  const fill = () => {
    banks.fill(mode, tlb.read, 0, here, 1000);
    banks.fill(mode, tlb.read, 0, here + pageBytes, 1000);
  };
  fill();
  banks.flushPage(0, here + pageBytes + 8);
  t.deepEqual([reach(here), reach(here + pageBytes)], [pageBytes, 0]);
  fill();
  banks.flushPage(0, here);
  t.deepEqual([reach(here), reach(here + pageBytes)], [0, pageBytes]);
  fill();
  banks.flushAll();
  t.deepEqual([reach(here), reach(here + pageBytes)], [0, 0]);
});

test("a flushed page that had lost its entry to another is not reached either", (t) => {
  const { banks, reach } = make();
  banks.fill(mode, tlb.read, 0, here, 1000);
  banks.fill(mode, tlb.read, 0, here + pageBytes, 1000);
  // The same entry serves a page 64 MiB above.
  banks.fill(mode, tlb.read, 0, here + pageBytes + tlb.entries * pageBytes, 9);
  t.is(reach(here), 2 * pageBytes);
  banks.flushPage(0, here + pageBytes);
  t.is(reach(here), pageBytes);
});
