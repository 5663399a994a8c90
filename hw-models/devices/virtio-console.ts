/**
 * The console device: OASIS VIRTIO 1.2, section 5.3, one port without a size (no features). What the driver sends goes
 * out; nothing is received.
 */
import type { VirtioFunction } from "./virtio-mmio.ts";

const transmit = 1;

export function virtioConsole(output: (bytes: Uint8Array) => void): VirtioFunction {
  return {
    deviceId: 3,
    queues: 2,
    // cols, rows, max_nr_ports, emerg_wr
    config: new Uint8Array(12),
    notified(queue, chains) {
      // Buffers for receiving stay with the device until there is something.
      if (queue !== transmit) return false;
      let given = false;
      for (let chain = chains.take(); chain; chain = chains.take()) {
        output(chain.bytes);
        chains.give(chain);
        given = true;
      }
      return given;
    },
    reset() {},
    save: () => null,
    load() {},
  };
}
