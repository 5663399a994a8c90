/** Reading a guest's virtual memory from outside: for traces and tools. A fault is an end, never a trap. */
import type { Cpu } from "../isa/cpu.ts";
import type { Isa, Translation } from "../isa/isa.ts";

const page = 4096;

/**
 * The CPU as a walk of the page tables sees it that must change nothing: no accessed bits, no notes in the state, no
 * registers of devices.
 */
function untouched(cpu: Cpu): Cpu {
  const { buffer, byteOffset, byteLength } = cpu.state;
  const own: Partial<Cpu> = {
    state: new DataView(buffer.slice(byteOffset, byteOffset + byteLength)),
    readPhysical: (address, size) =>
      cpu.ramOffset(address) < 0 ? undefined : cpu.readPhysical(address, size),
    writePhysical: () => true,
    writeEntry() {},
  };
  return new Proxy(cpu, {
    get(target, key) {
      const value = key in own ? own[key as keyof Cpu] : target[key as keyof Cpu];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The bytes at `address` as the present mode sees them, as far as they can be read. */
export function peek(isa: Isa, cpu: Cpu, address: bigint, bytes: number): Uint8Array {
  const found = new Uint8Array(bytes);
  const result: Translation = { cause: -1, value: 0, page: 0, writable: false };
  const walker = untouched(cpu);
  let done = 0;
  while (done < bytes) {
    const at = BigInt.asUintN(64, address + BigInt(done));
    const inPage = Number(at & 0xfffn);
    const high = Number(BigInt.asIntN(32, at >> 32n));
    isa.translate(walker, high, Number(BigInt.asIntN(32, at)), "read", result);
    const offset = result.cause >= 0 ? -1 : cpu.ramOffset(result.page);
    if (offset < 0) break;
    const count = Math.min(bytes - done, page - inPage);
    const { buffer, byteOffset } = cpu.ram;
    found.set(new Uint8Array(buffer, byteOffset + offset + inPage, count), done);
    done += count;
  }
  return found.subarray(0, done);
}
