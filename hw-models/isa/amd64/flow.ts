/** Meanings that move control: jumps, calls, returns. Intel SDM volume 2. */
import type { Meaning } from "./row.ts";

export const nop: Meaning = () => [];
