/**
 * Guest-physical memory: RAM in the linear memory, devices beside it. The generated code never comes here for RAM that
 * its TLB knows.
 */
import type { Device } from "../devices/device.ts";
import { type Layout, pageShift } from "./layout.ts";

export type DeviceAt = (address: number) => { device: Device; base: number } | undefined;

export class Physical {
  readonly layout: Layout;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly ram: Uint8Array;
  readonly ramView: DataView;
  readonly ramBase: number;
  readonly #deviceAt: DeviceAt;

  constructor(buffer: ArrayBuffer, layout: Layout, ramBase: number, deviceAt: DeviceAt) {
    this.layout = layout;
    this.view = new DataView(buffer);
    this.bytes = new Uint8Array(buffer);
    this.ram = new Uint8Array(buffer, layout.ram, layout.ramBytes);
    this.ramView = new DataView(buffer, layout.ram, layout.ramBytes);
    this.ramBase = ramBase;
    this.#deviceAt = deviceAt;
  }

  /** Offset in RAM of a physical address, or -1. */
  ramOffset(address: number): number {
    const offset = address - this.ramBase;
    return offset >= 0 && offset < this.layout.ramBytes ? offset : -1;
  }

  /** Number of the guest page that a physical address is in, or -1. */
  guestPage(address: number): number {
    const offset = this.ramOffset(address);
    return offset < 0 ? -1 : offset >>> pageShift;
  }

  read(address: number, size: 1 | 2 | 4): number | undefined {
    const offset = this.ramOffset(address);
    if (offset >= 0) {
      if (size === 1) return this.ramView.getUint8(offset);
      if (size === 2) return this.ramView.getUint16(offset, true);
      return this.ramView.getUint32(offset, true);
    }
    const found = this.#deviceAt(address);
    return found?.device.read(address - found.base, size);
  }

  /** Writes RAM or a device; false where nothing is. Code in RAM is the caller's business. */
  write(address: number, size: 1 | 2 | 4, value: number): boolean {
    const offset = this.ramOffset(address);
    if (offset >= 0) {
      if (size === 1) this.ramView.setUint8(offset, value);
      else if (size === 2) this.ramView.setUint16(offset, value, true);
      else this.ramView.setUint32(offset, value, true);
      return true;
    }
    const found = this.#deviceAt(address);
    found?.device.write(address - found.base, size, value);
    return found !== undefined;
  }
}
