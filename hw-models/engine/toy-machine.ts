/** For tests: an engine with the toy ISA, a device, and the evaluator's view of the same machine beside it. */
import type { Device } from "../devices/device.ts";
import type { CpuPlatform } from "../isa/cpu.ts";
import { type Decoded, emptyDecoded, type Isa } from "../isa/isa.ts";
import { evaluate, type Fault, type World } from "../meaning/evaluate.ts";
import { createEngine } from "./create.ts";
import type { Engine, EngineRequest } from "./engine.ts";
import { toy } from "./toy-isa.ts";

export const ramBytes = 0x20000;

/** Remembers what was written, answers with a count. */
export class Recorder implements Device {
  readonly name = "recorder";
  readonly sizeBytes = 0x1000;
  readonly log: string[] = [];
  touched: () => void = () => {};
  read(offset: number, size: 1 | 2 | 4): number {
    this.log.push(`read ${offset} ${size}`);
    this.touched();
    return this.log.length * 0x01010101;
  }
  write(offset: number, size: 1 | 2 | 4, value: number): void {
    this.log.push(`write ${offset} ${size} ${value}`);
    this.touched();
  }
  reset(): void {}
  save(): null {
    return null;
  }
  load(): void {}
}

/** Pending bit 0 interrupts mode 1, bit 1 only wakes. */
export const platform = (pending: number): CpuPlatform =>
  ({ pending: () => pending }) as unknown as CpuPlatform;

export function toyEngine(isa: Isa, recorder: Recorder, more: Partial<EngineRequest> = {}): Engine {
  return createEngine({
    isa,
    cpus: 1,
    ramBase: 0,
    ramBytes,
    deviceAt: (address) =>
      address >= toy.device && address < toy.device + 0x1000
        ? { device: recorder, base: toy.device }
        : undefined,
    platform: () => platform(0),
    timeNs: (_, executed) => executed,
    ...more,
  });
}

export function write(engine: Engine, address: number, ...instructions: readonly number[][]): void {
  engine.ram.set(instructions.flat(), address);
  engine.wrote(address, instructions.flat().length);
}

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

/** The same machine, executed by the evaluator of meanings. Its customs know what the toy's customs do. */
export class Reference {
  readonly state: DataView = new DataView(new ArrayBuffer(toy.bytes));
  readonly ram = new Uint8Array(ramBytes);
  readonly recorder = new Recorder();
  readonly #isa: Isa;
  readonly #decoded: Decoded = emptyDecoded();
  instructions = 0;

  constructor(isa: Isa) {
    this.#isa = isa;
    isa.reset({ state: this.state } as never);
  }

  get pc(): bigint {
    return this.state.getBigUint64(toy.pc.offset, true);
  }

  #page(address: bigint, access: "read" | "write" | "fetch"): number | Fault {
    const result = { cause: -1, value: 0, page: 0, writable: false };
    const high = Number(BigInt.asIntN(32, address >> 32n));
    this.#isa.translate(
      { state: this.state } as never,
      high,
      Number(BigInt.asIntN(32, address)),
      access,
      result,
    );
    return result.cause < 0 ? result.page : { cause: result.cause, value: address + BigInt(result.value) };
  }

  /** Host-independent: every byte's place, or a fault at the first page that has one. */
  #places(address: bigint, size: number, access: "read" | "write"): number[] | Fault {
    const places: number[] = [];
    for (let at = 0n; at < size; at++) {
      const page = this.#page(unsigned(address + at), access);
      if (typeof page !== "number") return { cause: page.cause, value: page.value };
      places.push(page + Number((address + at) & 0xfffn));
    }
    const outside = places.find((place) => place >= ramBytes && !this.#isDevice(place));
    if (outside !== undefined) return { cause: access === "read" ? 5 : 7, value: address };
    return places;
  }
  #isDevice(place: number): boolean {
    return place >= toy.device && place < toy.device + 0x1000;
  }

  #world(): World {
    const pieces = (size: number): (1 | 2 | 4)[] => (size === 8 ? [4, 4] : [size as 1 | 2 | 4]);
    return {
      isa: this.#isa,
      state: this.state,
      read: (address, size, forWrite) => {
        const places = this.#places(address, size, forWrite ? "write" : "read");
        if (!Array.isArray(places)) return places;
        if (!this.#isDevice(places[0]!)) return Uint8Array.from(places, (place) => this.ram[place]!);
        const bytes = new DataView(new ArrayBuffer(8));
        let at = 0;
        for (const piece of pieces(size)) {
          bytes.setUint32(at, this.recorder.read(places[at]! - toy.device, piece), true);
          at += piece;
        }
        return new Uint8Array(bytes.buffer, 0, size);
      },
      write: (address, bytes) => {
        const places = this.#places(address, bytes.length, "write");
        if (!Array.isArray(places)) return places;
        if (!this.#isDevice(places[0]!)) {
          places.forEach((place, at) => {
            this.ram[place] = bytes[at]!;
          });
          return undefined;
        }
        let at = 0;
        for (const piece of pieces(bytes.length)) {
          let value = 0;
          for (let byte = 0; byte < piece; byte++) value |= bytes[at + byte]! << (8 * byte);
          this.recorder.write(places[at]! - toy.device, piece, value >>> 0);
          at += piece;
        }
        return undefined;
      },
      custom: (name, values) => {
        const cpu = {
          state: this.state,
          instructions: this.instructions,
          flushTlb() {},
          modeChanged() {},
          wait() {},
        };
        this.#isa.customs[name]!(cpu as never, ...values);
        return undefined;
      },
    };
  }

  step(): void {
    const { pc } = this;
    const fault = this.#fetch(pc);
    if (fault !== undefined) this.#trap(fault, pc);
    this.instructions++;
  }
  #fetch(pc: bigint): Fault | undefined {
    const bytes: number[] = [];
    const view = new DataView(new ArrayBuffer(4));
    for (let at = 0n; at < 4n; at += 2n) {
      const address = unsigned(pc + at);
      const page = this.#page(address, "fetch");
      if (typeof page !== "number") return { cause: page.cause, value: page.value };
      const place = page + Number(address & 0xfffn);
      if (place >= ramBytes) return { cause: 1, value: address };
      bytes.push(this.ram[place]!, this.ram[place + 1]!);
      view.setUint16(Number(at), this.ram[place]! | (this.ram[place + 1]! << 8), true);
      if (this.#isa.decode(view, 0, bytes.length, this.state.getInt32(toy.mode.offset, true), this.#decoded))
        break;
    }
    return evaluate(this.#world(), this.#decoded, pc);
  }
  #trap(fault: Fault, pc: bigint): void {
    this.#isa.enterTrap({ state: this.state, instructionPc: pc } as never, fault.cause, fault.value);
  }
}
