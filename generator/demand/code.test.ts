/** Where instructions begin: nothing of a program's code may be skipped or read askew. */
import test from "ava";
import iced from "iced-x86";
import { Code } from "./code.ts";
import { exampleProgram } from "./example-program.ts";
import { readFunctions } from "./functions.ts";
import { makeGraph } from "./graph.ts";
import { Image } from "./image.ts";

test("amd64 instructions of a whole program, AVX and AVX-512 among them, begin where iced-x86 says", (t) => {
  const image = new Image(exampleProgram("amd64"), "amd64");
  const code = new Code(image);
  let [checked, others] = [0, 0];
  for (const fn of readFunctions(image, "hello").value!.functions) {
    const { from, to } = code.boundsOf(fn);
    const decoder = new iced.Decoder(64, image.bytes.subarray(from, to), iced.DecoderOptions.None);
    const instruction = new iced.Instruction();
    for (let at = from; at < to; at += code.decoded.length) {
      if (!decoder.canDecode) return t.fail(`${fn.name}: iced-x86 stopped before ${at - from}`);
      decoder.decodeOut(instruction);
      if (code.at(at, to) === undefined || code.decoded.length !== instruction.length) {
        return t.fail(
          `${fn.name}+${at - from}: ${code.decoded.length} bytes instead of ${instruction.length}`,
        );
      }
      checked++;
      if (!code.isKnown()) others++;
    }
    instruction.free();
    decoder.free();
  }
  t.log(`${checked} instructions, ${others} of them only by their length`);
  t.true(checked > 100_000 && others > 50); // 95 by Go 1.19, 670 by 1.26
});

for (const arch of ["amd64", "riscv64"] as const) {
  test(`all code of a ${arch} program is read, and stripping takes nothing away`, (t) => {
    const sitesOf = (...flags: string[]) => {
      const image = new Image(exampleProgram(arch, ...flags), arch);
      const { functions } = readFunctions(image, "hello").value!;
      const { sites, unreadable, code } = makeGraph(image, functions);
      // Between functions there may be zeros.
      const zeros = unreadable.filter(({ address }) => image.bytes[image.offsetOf(address)] !== 0);
      t.deepEqual(zeros, []);
      t.true(code.machine.args.length === 6);
      return sites.map(({ from }) => functions[from]!.name);
    };
    const sites = sitesOf();
    t.true(sites.length > 25 && sites.length < 60);
    t.deepEqual(sitesOf("-ldflags=-s -w"), sites);
  });
}
