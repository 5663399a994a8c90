/**
 * SiFive's test finisher: the low half of the word says how it ends, the high half the status. Witness: QEMU 7.2
 * hw/misc/sifive_test.c; Linux Documentation/devicetree/bindings/power/reset/syscon-poweroff.yaml.
 */
import { wordRegisters } from "./access.ts";
import type { Device } from "./device.ts";
import type { EndMachine } from "./ending.ts";

const pass = 0x5555;
const fail = 0x3333;
const reset = 0x7777;

export function testFinisher(end: EndMachine): Device {
  function write(offset: number, value: number) {
    if (offset !== 0) return;
    const how = value & 0xffff;
    if (how === pass) end({ how: "exit", status: 0 });
    else if (how === fail) end({ how: "exit", status: value >>> 16 });
    else if (how === reset) end({ how: "reset" });
  }
  return {
    name: "test-finisher",
    ...wordRegisters(0x1000, () => 0, write),
    reset() {},
    save: () => null,
    load() {},
  };
}
