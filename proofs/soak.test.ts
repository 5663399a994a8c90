/**
 * A program that works and rests leaves nothing behind, in itself or in the kernel: half a second of it. An hour by hand:
 * node proofs/soak/main.ts.
 */
import test from "ava";
import { archs } from "../runtime-abi/arch.ts";
import { soak } from "./soak/soak.ts";

for (const arch of archs)
  test.serial(
    `${arch}: after half a second of work the kernel has no more memory than at first`,
    async (t) => {
      t.timeout(20 * 60_000);
      const { looks, wrong } = await soak({ arch, cpus: 2, duration: "500ms" });
      t.is(wrong, undefined);
      t.is(looks.length, 5);
    },
  );
