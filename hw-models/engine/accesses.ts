/**
 * The slow paths of guest accesses: what the TLB in generated code does not know. A page of RAM is put into the TLB; devices
 * and accesses that cross pages go by way of the CPU's scratch bytes, in pieces. Customs' accesses come here, too.
 */

import type { EngineCpu, Shared } from "./cpu.ts";
import { accessForWrite } from "./interpreter-context.ts";
import { pageBytes, tlb } from "./layout.ts";

/** A store that could not be done in place: virtual address, size; the data is in the scratch bytes. */
type Pending = { high: number; low: number; size: number };

/** A piece of an access in one page. */
type Visit = (physicalAddress: number, from: number, bytes: number) => boolean;

export class Accesses {
  readonly #cpu: EngineCpu;
  readonly #shared: Shared;
  /** Offset of the scratch bytes in the linear memory. */
  readonly #scratch: number;
  readonly #pending: Pending = { high: 0, low: 0, size: 0 };

  constructor(cpu: EngineCpu, shared: Shared) {
    this.#cpu = cpu;
    this.#shared = shared;
    this.#scratch = cpu.address + shared.physical.layout.cpu.scratch;
  }

  /** Host address of `size` bytes in one page of RAM; fills the TLB. -1: no plain RAM. undefined: faulted. */
  #host(high: number, low: number, write: boolean): number | undefined {
    const found = this.#cpu.translatePage(high, low, write ? "write" : "read");
    if (found === undefined) return undefined;
    const { physical, slots, writeMapped } = this.#shared;
    const guestPage = physical.guestPage(found.page);
    const page = low & ~0xfff;
    if (guestPage < 0) {
      this.#cpu.tlb.fillDevice(this.#cpu.mode, write, high, page, found.page);
      return -1;
    }
    const host = slots.hostPage(guestPage);
    this.#shared.slow.fills++;
    if (!write || found.writable) this.#cpu.tlb.fill(this.#cpu.mode, tlb.read, high, page, (host - page) | 0);
    if (write || found.writable) {
      if (slots.hasCode(guestPage)) return write ? -1 : host + (low & 0xfff);
      writeMapped[guestPage] = 1;
      this.#cpu.tlb.fill(this.#cpu.mode, tlb.write, high, page, (host - page) | 0);
    }
    return host + (low & 0xfff);
  }

  /** Slow path of loads, and of the read half of what reads and writes: a host address, 0 after a trap. */
  access(low: number, high: number, info: number): number {
    this.#shared.slow.accesses++;
    const write = (info & accessForWrite) !== 0;
    const size = info & ~accessForWrite;
    this.#cpu.inside = true;
    if (!write && this.#readDevice(low, high, size)) return this.#scratch;
    if ((low & 0xfff) + size <= pageBytes) {
      const host = this.#host(high, low, write);
      if (host === undefined) return 0;
      if (host > 0 || host < -1) return host;
    }
    if (!this.#gather(high, low, size, write)) return 0;
    if (write) Object.assign(this.#pending, { high, low, size });
    return this.#scratch;
  }

  /** Slow path of stores: the value is in the scratch bytes. 0 after a trap. */
  store(low: number, high: number, size: number): number {
    this.#shared.slow.stores++;
    this.#cpu.inside = true;
    if (this.#writeDevice(low, high, size)) return 1;
    return this.#scatter(high, low, size) ? 1 : 0;
  }

  /** The physical address of an access to a page of devices that is known: a console's register, again and again. */
  #device(low: number, high: number, size: number, write: boolean): number {
    if (size > 4 || (low & 0xfff) + size > pageBytes) return -1;
    const page = this.#cpu.tlb.device(this.#cpu.mode, write, high, low & ~0xfff);
    return page < 0 ? -1 : page + (low & 0xfff);
  }
  #readDevice(low: number, high: number, size: number): boolean {
    const address = this.#device(low, high, size, false);
    const value = address < 0 ? undefined : this.#shared.physical.read(address, size as 1);
    if (value === undefined) return false;
    this.#shared.physical.view.setInt32(this.#scratch, value, true);
    return true;
  }
  #writeDevice(low: number, high: number, size: number): boolean {
    const address = this.#device(low, high, size, true);
    if (address < 0) return false;
    const all = this.#shared.physical.view.getUint32(this.#scratch, true);
    const value = size === 4 ? all : all & (size === 2 ? 0xffff : 0xff);
    return this.#shared.physical.write(address, size as 1, value);
  }

  /** The write half of an access for writing that was not plain RAM. It cannot fault any more. */
  commit(): void {
    const { high, low, size } = this.#pending;
    this.#cpu.inside = true;
    this.#scatter(high, low, size);
  }

  /** Reads bytes that are not in one page of plain RAM into the scratch bytes. False after a trap. */
  #gather(high: number, low: number, size: number, write: boolean): boolean {
    const data = new Uint8Array(this.#shared.physical.view.buffer, this.#scratch, size);
    return this.#pieces(high, low, size, write ? "write" : "read", (physicalAddress, from, bytes) =>
      this.#readPiece(physicalAddress, data.subarray(from, from + bytes)),
    );
  }
  /** Writes the scratch bytes; nothing is written before all pages are known to be writable. */
  #scatter(high: number, low: number, size: number): boolean {
    const from = this.#scratch;
    if ((low & 0xfff) + size <= pageBytes) {
      const host = this.#host(high, low, true);
      if (host === undefined) return false;
      if (host >= 0) {
        this.#shared.physical.bytes.copyWithin(host, from, from + size);
        return true;
      }
    }
    const data = this.#shared.physical.bytes.subarray(from, from + size);
    return this.#pieces(high, low, size, "write", (physicalAddress, at, bytes) =>
      this.#writePiece(physicalAddress, data.subarray(at, at + bytes)),
    );
  }

  /** Translates all pages of an access, then visits its pieces. A visitor says false where nothing is. */
  #pieces(high: number, low: number, size: number, access: "read" | "write", visit: Visit): boolean {
    const pieces: { physicalAddress: number; from: number; bytes: number }[] = [];
    for (let from = 0; from < size; ) {
      const at = (low + from) | 0;
      const above = (low >>> 0) + from > 0xffffffff ? (high + 1) | 0 : high;
      const found = this.#cpu.translatePage(above, at, access);
      if (found === undefined) return false;
      const bytes = Math.min(size - from, pageBytes - (at & 0xfff));
      pieces.push({ physicalAddress: found.page + (at & 0xfff), from, bytes });
      from += bytes;
    }
    for (const { physicalAddress, from, bytes } of pieces) {
      if (visit(physicalAddress, from, bytes)) continue;
      const cause = this.#shared.isa.busFaults?.[access];
      if (cause === undefined) continue;
      this.#cpu.fault(cause, 0, high, low);
      return false;
    }
    return true;
  }

  /** Devices answer accesses of 1, 2 and 4 bytes; wider and odd ones are made of them, lowest address first. */
  #readPiece(physicalAddress: number, into: Uint8Array): boolean {
    const offset = this.#shared.physical.ramOffset(physicalAddress);
    if (offset >= 0) {
      into.set(this.#shared.physical.ram.subarray(offset, offset + into.length));
      return true;
    }
    for (let at = 0; at < into.length; ) {
      const size = into.length - at >= 4 ? 4 : into.length - at >= 2 ? 2 : 1;
      const value = this.#shared.physical.read(physicalAddress + at, size);
      if (value === undefined && this.#shared.isa.busFaults !== undefined) return false;
      for (let byte = 0; byte < size; byte++) into[at + byte] = ((value ?? -1) >>> (8 * byte)) & 0xff;
      at += size;
    }
    return true;
  }
  #writePiece(physicalAddress: number, data: Uint8Array): boolean {
    const { physical } = this.#shared;
    const offset = this.#shared.physical.ramOffset(physicalAddress);
    if (offset >= 0) {
      this.#cpu.wrotePhysical(physicalAddress, data.length);
      physical.ram.set(data, offset);
      return true;
    }
    for (let at = 0; at < data.length; ) {
      const size = data.length - at >= 4 ? 4 : data.length - at >= 2 ? 2 : 1;
      let value = 0;
      for (let byte = 0; byte < size; byte++) value |= data[at + byte]! << (8 * byte);
      if (!physical.write(physicalAddress + at, size, value >>> 0)) return false;
      at += size;
    }
    return true;
  }

  /** All pages of an access by a custom; false after a trap. */
  read(address: bigint, into: Uint8Array): boolean {
    return this.#whole(address, into.length, "read", (at, from, count) =>
      this.#readPiece(at, into.subarray(from, from + count)),
    );
  }
  write(address: bigint, bytes: Uint8Array): boolean {
    return this.#whole(address, bytes.length, "write", (at, from, count) =>
      this.#writePiece(at, bytes.subarray(from, from + count)),
    );
  }
  probeWrite(address: bigint, bytes: number): boolean {
    return this.#whole(address, bytes, "write", () => true);
  }
  #whole(address: bigint, bytes: number, access: "read" | "write", visit: Visit): boolean {
    const high = Number(BigInt.asIntN(32, address >> 32n));
    return this.#pieces(high, Number(BigInt.asIntN(32, address)), bytes, access, visit);
  }
}
