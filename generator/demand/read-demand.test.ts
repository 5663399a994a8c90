import test from "ava";
import { handmadeElf } from "../elf/handmade-elf.ts";
import { readDemand } from "./read-demand.ts";

test("an ELF file without Go's table of functions is no Go program", (t) => {
  const { problems } = readDemand(handmadeElf(), "prog", new Map());
  t.deepEqual(
    problems?.map(({ message }) => message),
    ["prog is no Go program: it has no table of functions (.gopclntab)"],
  );
});
