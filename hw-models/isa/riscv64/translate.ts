/**
 * Address translation: Sv39 and Sv48, with the accessed and dirty bits set as QEMU does, in the walk. Addresses come in
 * halves; no BigInt. ASIDs are held but not used: a change of satp forgets all translations.
 *
 * Source: The RISC-V Instruction Set Manual, Volume II, version 20211203, 4.3.2 (algorithm), 4.4, 4.5, 3.1.6.3 (MXR, SUM).
 */
import type { Cpu } from "../cpu.ts";
import type { Access, Translation } from "../isa.ts";
import { decodeMode, mayTouchUserPages, privilegeOf } from "./mode.ts";
import { cause, getHigh, getLow, machine, mppShift, mstatus, satp, status, user } from "./state.ts";

const pageFault: Readonly<Record<Access, number>> = {
  fetch: cause.fetchPage,
  read: cause.loadPage,
  write: cause.storePage,
};
export const accessFault: Readonly<Record<Access, number>> = {
  fetch: cause.fetchAccess,
  read: cause.loadAccess,
  write: cause.storeAccess,
};

const entry = { valid: 1, read: 2, write: 4, execute: 8, user: 16, accessed: 64, dirty: 128 } as const;
/** Bits 63:54: N, PBMT and reserved ones; none is implemented. */
const reservedHigh = 0xffc00000;
const two32 = 2 ** 32;
const pageSize = 4096;
/** No RAM is above; a table or page there does not exist. */
const highestPage = 2 ** 41;

const noFault = -1;

/** The nine bits of a virtual address that index the table of a level; level 0 is the last. */
function indexAt(level: number, high: number, low: number): number {
  if (level === 0) return (low >>> 12) & 511;
  if (level === 1) return (low >>> 21) & 511;
  if (level === 2) return ((high << 2) | (low >>> 30)) & 511;
  return (high >>> 7) & 511;
}

/** Which privilege an access has: in machine mode, that of MPP if MPRV says so. */
function effective(cpu: Cpu, mode: number, access: Access): { level: number; userPages: boolean } {
  const level = privilegeOf(mode);
  const low = getLow(cpu, mstatus);
  if (level !== machine || access === "fetch" || (low & status.mprv) === 0)
    return { level, userPages: mayTouchUserPages(mode) };
  return { level: (low & status.mpp) >> mppShift, userPages: (low & status.sum) !== 0 };
}

/** Finds the page and writes it into `result`; what comes back is `noFault` or the exception. */
function walk(
  cpu: Cpu,
  mode: number,
  high: number,
  low: number,
  access: Access,
  result: Translation,
): number {
  const { level, userPages } = effective(cpu, mode, access);
  const scheme = getHigh(cpu, satp) >>> 28;
  if (level === machine || scheme === 0) {
    result.page = (high >>> 0) * two32 + ((low & -pageSize) >>> 0);
    result.writable = true;
    return result.page < highestPage * pageSize ? noFault : accessFault[access];
  }
  // The bits above the highest index are copies of the sign.
  const extension = high >> (scheme === 8 ? 6 : 15);
  if (extension !== 0 && extension !== -1) return pageFault[access];

  let table = ((getHigh(cpu, satp) & 0xfff) * two32 + (getLow(cpu, satp) >>> 0)) * pageSize;
  for (let depth = scheme === 8 ? 2 : 3; depth >= 0; depth--) {
    const address = table + indexAt(depth, high, low) * 8;
    const offset = address < highestPage * pageSize ? cpu.ramOffset(address) : -1;
    if (offset < 0) return accessFault[access];
    const bits = cpu.ram.getInt32(offset, true);
    const upper = cpu.ram.getInt32(offset + 4, true);
    const isReadable = (bits & entry.read) !== 0;
    const isWritable = (bits & entry.write) !== 0;
    const isExecutable = (bits & entry.execute) !== 0;
    if ((bits & entry.valid) === 0 || (isWritable && !isReadable) || (upper & reservedHigh) !== 0)
      return pageFault[access];
    const number = (upper & 0x3fffff) * 2 ** 22 + (bits >>> 10);
    if (!isReadable && !isExecutable) {
      // A pointer to the next table: D, A and U are reserved in it.
      if ((bits & (entry.dirty | entry.accessed | entry.user)) !== 0) return pageFault[access];
      table = number * pageSize;
      continue;
    }
    const ofUser = (bits & entry.user) !== 0;
    const mayEnter = level === user ? ofUser : !ofUser || (userPages && access !== "fetch");
    const mxr = (getLow(cpu, mstatus) & status.mxr) !== 0;
    const permits = { fetch: isExecutable, write: isWritable, read: isReadable || (mxr && isExecutable) };
    const pages = 512 ** depth;
    if (!mayEnter || !permits[access] || number % pages !== 0) return pageFault[access];

    const wanted = bits | entry.accessed | (access === "write" ? entry.dirty : 0);
    if (wanted !== bits) cpu.writeEntry(address, (BigInt(upper >>> 0) << 32n) | BigInt(wanted >>> 0));
    // Which page of a large one.
    const inside = ((high & 0xffff) * 2 ** 20 + (low >>> 12)) % pages;
    result.page = (number + inside) * pageSize;
    result.writable = isWritable && (wanted & entry.dirty) !== 0;
    return result.page < highestPage * pageSize ? noFault : accessFault[access];
  }
  return pageFault[access];
}

export function translate(cpu: Cpu, high: number, low: number, access: Access, result: Translation): void {
  result.value = 0;
  result.cause = walk(cpu, decodeMode(cpu), high, low, access, result);
}
