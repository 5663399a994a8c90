/**
 * The platform-level interrupt controller: RISC-V PLIC specification 1.0.0 (chapter numbers below), with the layout and
 * the level-triggered gateways of the SiFive FU540-C000 manual (v1p4, chapter 10).
 */
import { wordRegisters } from "./access.ts";
import type { Device, Line } from "./device.ts";
import { loadState, saveState } from "./state.ts";

export type Plic = Device & {
  /** The line of a source, 1 to `sources`. */
  input(source: number): Line;
};

const priorityMost = 7;
const enableAt = 0x2000;
const enableBytes = 0x80;
const contextAt = 0x200000;
const contextBytes = 0x1000;

/** `outputs`: the external interrupt of each context, in order. */
export function plic(name: string, sources: number, outputs: readonly Line[]): Plic {
  const words = Math.ceil((sources + 1) / 32);
  const powerOn = () => ({
    priority: new Uint8Array(sources + 1),
    level: new Uint8Array(sources + 1),
    pending: new Uint8Array(sources + 1),
    /** Claimed and not completed: the gateway forwards nothing (chapter 3). */
    claimed: new Uint8Array(sources + 1),
    enable: new Uint32Array(words * outputs.length),
    threshold: new Uint8Array(outputs.length),
  });
  const s = powerOn();

  const isEnabled = (context: number, source: number) =>
    ((s.enable[context * words + (source >> 5)]! >>> (source & 31)) & 1) === 1;

  /** The highest priority wins, then the lowest number (chapter 5); 0: none. */
  function best(context: number): number {
    let found = 0;
    for (let source = 1; source <= sources; source++) {
      if (!s.pending[source] || !isEnabled(context, source)) continue;
      if (s.priority[source]! > s.priority[found]!) found = source;
    }
    return found;
  }

  function update() {
    for (const [context, output] of outputs.entries())
      output.set(s.priority[best(context)]! > s.threshold[context]!);
  }

  function claim(context: number): number {
    // The threshold does not hide an interrupt from a claim (chapter 8).
    const source = best(context);
    if (source === 0) return 0;
    s.pending[source] = 0;
    s.claimed[source] = 1;
    update();
    return source;
  }

  function complete(context: number, source: number) {
    if (source > sources || !isEnabled(context, source)) return;
    s.claimed[source] = 0;
    s.pending[source] = s.level[source]!;
    update();
  }

  function readPending(word: number): number {
    let bits = 0;
    for (let i = 0; i < 32; i++) if (s.pending[32 * word + i]) bits |= 1 << i;
    return bits;
  }

  function read(offset: number): number {
    if (offset < 0x1000) return s.priority[offset >> 2] ?? 0;
    if (offset < enableAt) return readPending((offset - 0x1000) >> 2);
    if (offset < contextAt) {
      const at = offset - enableAt;
      const [context, word] = [Math.floor(at / enableBytes), (at % enableBytes) >> 2];
      return word < words ? (s.enable[context * words + word] ?? 0) : 0;
    }
    const context = Math.floor((offset - contextAt) / contextBytes);
    if (context >= outputs.length) return 0;
    const register = (offset - contextAt) % contextBytes;
    return register === 0 ? s.threshold[context]! : register === 4 ? claim(context) : 0;
  }

  function writeEnable(at: number, value: number) {
    const [context, word] = [Math.floor(at / enableBytes), (at % enableBytes) >> 2];
    if (context >= outputs.length || word >= words) return;
    // Source 0 does not exist.
    const existing = Math.min(sources + 1 - 32 * word, 32);
    const mask = (existing === 32 ? 0xffffffff : 2 ** existing - 1) & (word === 0 ? ~1 : ~0);
    s.enable[context * words + word] = value & mask;
  }

  function write(offset: number, value: number) {
    if (offset < 0x1000) {
      const source = offset >> 2;
      if (source >= 1 && source <= sources) s.priority[source] = value & priorityMost;
    } else if (offset >= enableAt && offset < contextAt) writeEnable(offset - enableAt, value);
    else if (offset >= contextAt) {
      const context = Math.floor((offset - contextAt) / contextBytes);
      if (context >= outputs.length) return;
      const register = (offset - contextAt) % contextBytes;
      if (register === 0) s.threshold[context] = value & priorityMost;
      else if (register === 4) return complete(context, value);
    }
    update();
  }

  return {
    name,
    ...wordRegisters(0x600000, read, write),
    input: (source) => ({
      set(level) {
        if (s.level[source] === (level ? 1 : 0)) return;
        s.level[source] = level ? 1 : 0;
        // A level that goes away before it was claimed leaves nothing behind, as in QEMU's model.
        if (!s.claimed[source]) s.pending[source] = s.level[source]!;
        update();
      },
    }),
    reset() {
      const { level } = s;
      Object.assign(s, powerOn(), { level, pending: level.slice() });
      update();
    },
    save: () => saveState(s),
    load: (saved) => loadState(s, saved),
  };
}
