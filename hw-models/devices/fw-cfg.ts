/**
 * QEMU's firmware configuration device on the PC's ports 510h and 511h: QEMU 7.2 docs/specs/fw_cfg.rst. A selector, then
 * the item's bytes one by one. No DMA interface and no files: the items that loaders of `-kernel` ask for.
 */
import type { AccessSize } from "./access.ts";
import type { Device } from "./device.ts";
import { loadState, saveState } from "./state.ts";

export const FwCfg = { signature: 0x00, id: 0x01, cpus: 0x05, kernelSize: 0x08 } as const;

export function fwCfg(items: () => ReadonlyMap<number, Uint8Array>): Device {
  const s = { selected: 0, at: 0 };
  const next = () => items().get(s.selected)?.[s.at++] ?? 0;

  return {
    name: "fw-cfg",
    sizeBytes: 2,
    read(offset, size: AccessSize) {
      return offset === 1 && size === 1 ? next() : 0;
    },
    write(offset, size, value) {
      if (offset !== 0 || size !== 2) return;
      s.selected = value & 0x3fff;
      s.at = 0;
    },
    reset: () => void Object.assign(s, { selected: 0, at: 0 }),
    save: () => saveState(s),
    load: (saved) => loadState(s, saved),
  };
}

/** The items of a machine that was started with a kernel file. */
export function fwCfgItems(cpus: number, kernelBytes: number): ReadonlyMap<number, Uint8Array> {
  const little = (value: number, bytes: number) =>
    Uint8Array.from({ length: bytes }, (_, index) => (value / 2 ** (8 * index)) & 0xff);
  return new Map([
    [FwCfg.signature, new TextEncoder().encode("QEMU")],
    [FwCfg.id, little(1, 4)],
    [FwCfg.cpus, little(cpus, 2)],
    [FwCfg.kernelSize, little(kernelBytes, 4)],
  ]);
}
