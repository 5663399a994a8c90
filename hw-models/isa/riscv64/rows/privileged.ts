/**
 * Trap returns, waiting, and the fences of address translation (with Svinval, whose invalidations are done at once).
 * A mode that may not is told so by the decoder; what mstatus forbids (TSR, TW, TVM) by the custom.
 *
 * Source: The RISC-V Instruction Set Manual, Volume II, version 20211203, 3.3.2, 3.3.3, 4.2.1 and chapter 7.
 */
import { custom } from "../../../meaning/build.ts";
import { privilegeOf } from "../mode.ts";
import { fencing, type Row, rs1, wholeWord } from "../row.ts";
import { machine, supervisor } from "../state.ts";

const from = (level: number, row: Row): Row => ({
  ...row,
  choose: (_, mode) => (privilegeOf(mode) >= level ? 0 : -1),
});

export const privileged: readonly Row[] = [
  from(supervisor, fencing("sret", "000100000010 00000 000 00000 1110011", custom("sret", wholeWord))),
  from(machine, fencing("mret", "001100000010 00000 000 00000 1110011", custom("mret"))),
  from(supervisor, fencing("wfi", "000100000101 00000 000 00000 1110011", custom("wfi", wholeWord))),
  from(
    supervisor,
    fencing("sfence.vma rs1, rs2", "0001001 rs2 rs1 000 00000 1110011", custom("fence-vma", wholeWord, rs1)),
  ),
  from(
    supervisor,
    fencing("sinval.vma rs1, rs2", "0001011 rs2 rs1 000 00000 1110011", custom("fence-vma", wholeWord, rs1)),
  ),
  from(supervisor, fencing("sfence.w.inval", "000110000000 00000 000 00000 1110011")),
  from(supervisor, fencing("sfence.inval.ir", "000110000001 00000 000 00000 1110011")),
];
