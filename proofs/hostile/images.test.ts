/** A short round of `npm run hostile -- --images N`. */
import test from "ava";
import { judgeImages } from "./images.ts";

test("the loaders of host and kernel agree about damaged images, and each refusal is a sentence", async (t) => {
  const { accepted, refused, wrong } = await judgeImages(10_000, 1);
  t.deepEqual(wrong, []);
  t.true(accepted > 100 && refused > 100, `${accepted} accepted, ${refused} refused`);
});
