/**
 * How a PC is switched off and reset: QEMU's isa-debug-exit (hw/misc/debugexit.c), ACPI's sleep and reset registers of
 * the hardware-reduced model (ACPI 6.4, 4.8.3.7, as QEMU's microvm places them), the reset control register of Intel's
 * chipsets (ICH9 datasheet, 13.7.5), and the keyboard controller's reset line (IBM PC AT).
 */
import { byteRegisters } from "./access.ts";
import type { Device } from "./device.ts";
import type { EndMachine } from "./ending.ts";

const withoutState = { reset() {}, save: () => null, load() {} };

/** What is written is the status; it reads as 0. */
export function debugExit(end: EndMachine): Device {
  const exit = (value: number) => end({ how: "exit", status: value });
  return {
    name: "debug-exit",
    sizeBytes: 4,
    read: () => 0,
    write(offset, _size, value) {
      if (offset === 0) exit(value);
    },
    ...withoutState,
  };
}

const sleepEnable = 0x20;
const softOff = 5;
export const resetValue = 0x42;

/** Three bytes: sleep control, sleep status, reset. */
export function sleepRegisters(end: EndMachine): Device {
  return {
    name: "acpi-sleep",
    ...byteRegisters(
      3,
      () => 0,
      (offset, value) => {
        const isOff = (value & sleepEnable) !== 0 && ((value >> 2) & 7) === softOff;
        if (offset === 0 && isOff) end({ how: "power-off", failed: false });
        if (offset === 2 && value === resetValue) end({ how: "reset" });
      },
    ),
    ...withoutState,
  };
}

/** Port CF9h. */
export function resetControl(end: EndMachine): Device {
  let control = 0;
  return {
    name: "reset-control",
    ...byteRegisters(
      1,
      () => control,
      (_offset, value) => {
        // A rising bit 2 resets; bit 1 says how thoroughly.
        if (value & ~control & 4) end({ how: "reset" });
        control = value & 0x0a;
      },
    ),
    reset() {
      control = 0;
    },
    save: () => control,
    load(saved) {
      control = Number(saved);
    },
  };
}

/** Port 64h without a keyboard: only the pulse on the reset line. */
export function keyboardReset(end: EndMachine): Device {
  return {
    name: "keyboard-controller",
    ...byteRegisters(
      1,
      () => 0,
      (_offset, value) => {
        if ((value & 0xf1) === 0xf0) end({ how: "reset" });
      },
    ),
    ...withoutState,
  };
}
