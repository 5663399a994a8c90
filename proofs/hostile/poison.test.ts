/** What nobody wrote does not come out of the kernel, nor lead it. */
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { withWhat } from "./attack.ts";
import { attackPoisoned, poisonTarget } from "./poison.ts";

const { look, calls } = withWhat;
// With one CPU the kernel also sees what a call that fails leaves behind.

for (const arch of archs)
  test.serial(`${arch}: no call, frame, file or page shows what the kernel never wrote`, async (t) => {
    const attack = { arch, seed: 1, profile: look | calls, threads: 4, calls: 3000, cpus: 1 };
    const attacked = await attackPoisoned(await poisonTarget(arch), attack);
    t.is(attacked.harm, undefined);
    t.true(attacked.calls >= 3000, attacked.death);
  });
