/** The entropy device: OASIS VIRTIO 1.2, section 5.4. It fills what it is given from a seeded stream. */
import type { Entropy } from "./chacha20.ts";
import type { VirtioFunction } from "./virtio-mmio.ts";

/** A driver that asks for megabytes gets some, and asks again (5.4.6.1). */
const most = 4096;

export function virtioRng(entropy: Entropy): VirtioFunction {
  return {
    deviceId: 4,
    queues: 1,
    config: new Uint8Array(),
    notified(_queue, chains) {
      let given = false;
      for (let chain = chains.take(); chain; chain = chains.take()) {
        chains.give(chain, entropy.take(Math.min(chain.room, most)));
        given = true;
      }
      return given;
    },
    reset() {},
    save: () => entropy.blocks,
    load(saved) {
      entropy.blocks = typeof saved === "number" ? saved : 0;
    },
  };
}
