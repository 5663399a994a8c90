/** Where bytes were before: for every position the nearest place for each length that is to be had. */
import { longestMatch } from "./layout.ts";

/** Lengths ascend, and distances with them. Distances count from 0: the byte before. */
export type Match = { readonly length: number; readonly distance: number };

/** How many places with the same three bytes are looked at. */
const deepest = 512;

export const createMatchFinder = (bytes: Uint8Array): ((position: number) => readonly Match[]) => {
  const byTwo = new Int32Array(1 << 16).fill(-1);
  const byThree = new Int32Array(1 << 16).fill(-1);
  const before = new Int32Array(bytes.length).fill(-1);
  const at = (index: number): number => bytes[index] ?? 0;
  const two = (i: number) => at(i) | (at(i + 1) << 8);
  const three = (i: number) => (Math.imul(two(i) | (at(i + 2) << 16), 0x9e3779b1) >>> 16) & 0xffff;
  let known = 0;

  return (position) => {
    for (; known < position; known++) {
      byTwo[two(known)] = known;
      const hash = three(known);
      before[known] = byThree[hash] as number;
      byThree[hash] = known;
    }
    const most = Math.min(longestMatch, bytes.length - position);
    const found: Match[] = [];
    let best = 1;
    const nearest = most >= 2 ? (byTwo[two(position)] as number) : -1;
    if (nearest >= 0) {
      found.push({ length: 2, distance: position - nearest - 1 });
      best = 2;
    }
    let place = most >= 3 ? (byThree[three(position)] as number) : -1;
    for (let looked = 0; place >= 0 && looked < deepest && best < most; looked++) {
      if (bytes[place + best] === bytes[position + best]) {
        let length = 0;
        while (length < most && bytes[place + length] === bytes[position + length]) length++;
        if (length > best) {
          best = length;
          found.push({ length, distance: position - place - 1 });
        }
      }
      place = before[place] as number;
    }
    return found;
  };
};
