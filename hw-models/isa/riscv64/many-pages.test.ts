/** More pages of code than the engine keeps decoded: it begins anew, and nothing of before may be taken for present. */
import test from "ava";
import { createEngine } from "../../engine/create.ts";
import { codeLayout, pageBytes } from "../../engine/layout.ts";
import { Code } from "./fuzz/assembler.ts";
import { noPlatform } from "./fuzz/bare-hart.ts";
import { enterSupervisor, riscv64 } from "./isa.ts";
import { getX } from "./state.ts";

const ram = 0x80000000;
const { slotPages } = codeLayout(riscv64);
const page = (number: number) => ram + number * pageBytes;
const [ra, t0, t1, t2, a1, a2] = [1, 5, 6, 7, 11, 12];

test("an instruction that crosses a page is not taken for one of pages that were there before", (t) => {
  const engine = createEngine({
    isa: riscv64,
    cpus: 1,
    ramBase: ram,
    ramBytes: (slotPages + 8) * pageBytes,
    deviceAt: () => undefined,
    platform: () => noPlatform,
    timeNs: () => 0,
    tier: "interpreter",
  });
  const view = new DataView(engine.ram.buffer, engine.ram.byteOffset);
  const put = (address: number, write: (code: Code) => void) => {
    const code = new Code(address);
    write(code);
    for (const [index, word] of code.words.entries()) view.setUint32(address - ram + index * 4, word, true);
  };
  const jump = (code: Code, to: number) => code.op("jal", { rd: 0, offset: to - code.at });
  const ret = (code: Code) => code.op("jalr", { rd: 0, rs1: ra, imm: 0 });

  // Pages of slots are given in order of execution: 0 to the main page, 1 and 2 to a first instruction that crosses,
  // the rest to pages that only return; then the next page makes the engine begin anew.
  const crossing = (first: number, counter: number, after: (code: Code) => void) =>
    put(page(first) + pageBytes - 2, (code) => {
      code.op("addi", { rd: counter, rs1: counter, imm: 1 });
      after(code);
    });
  crossing(1, a1, ret);
  const last = slotPages;
  for (let number = 3; number < last; number++) put(page(number), ret);
  put(ram, (code) => {
    code.op("jal", { rd: ra, offset: page(1) + pageBytes - 2 - code.at });
    code.li(t0, BigInt(page(3)));
    code.li(t1, BigInt(page(last)));
    code.li(t2, BigInt(pageBytes));
    code.op("jalr", { rd: ra, rs1: t0, imm: 0 });
    code.op("add", { rd: t0, rs1: t0, rs2: t2 });
    code.op("bne", { rs1: t0, rs2: t1, offset: -8 });
    code.op("jalr", { rd: 0, rs1: t1, imm: 0 });
  });
  // Page 0 now; then 1 and 2 for another instruction that crosses, whose second page is executed before it.
  put(page(last), (code) => jump(code, page(last + 1)));
  put(page(last + 1), (code) => jump(code, page(last + 2) + 16));
  put(page(last + 2) + 16, (code) => jump(code, page(last + 1) + pageBytes - 2));
  crossing(last + 1, a2, (code) => code.op("wfi"));

  const cpu = engine.cpus[0]!;
  enterSupervisor(cpu, BigInt(ram), 0n, 0n);
  t.is(engine.run(0, 100_000).stop, "waiting");
  t.deepEqual([getX(cpu, a1), getX(cpu, a2)], [1n, 1n]);
});
