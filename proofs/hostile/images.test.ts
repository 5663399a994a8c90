/** A short round of `npm run hostile -- --calls 0 --images N`. */
import test from "ava";
import { archs } from "../../runtime-abi/arch.ts";
import { judgeImages } from "./images.ts";

for (const arch of archs)
  test(`${arch}: the loaders of host and kernel agree about damaged images, and each refusal is a sentence`, async (t) => {
    const { accepted, refused, withArchive, wrong } = await judgeImages({ arch, count: 4000, firstSeed: 1 });
    t.deepEqual(wrong, []);
    const seen = `${accepted} accepted, ${withArchive} of them with an archive, ${refused} refused`;
    t.true(accepted > 500 && withArchive > 200 && refused > 500, seen);
  });
