/** What the model does not have ends the machine with a sentence, as a triple fault would without one. */
import type { Cpu } from "../../cpu.ts";
import * as x86 from "../state.ts";
import { setWord } from "./state-access.ts";

/** The CPU stops; only a reset helps (Intel SDM volume 3A, 6.15, "shutdown"). */
export function shutDown(cpu: Cpu, reason: string): void {
  setWord(cpu, x86.isShutDown, 1);
  cpu.wait();
  cpu.platform.shutdown(reason);
}
