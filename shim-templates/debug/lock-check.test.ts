/** Every wrong use of a lock is a panic that names the locks and the places; the right ones are not. */
import { spawnSync } from "node:child_process";
import test from "ava";
import { hostProgram } from "../host-program.ts";

const sentences: Record<string, RegExp> = {
  right: /^ok$/,
  "wrong-order":
    /^LOCK_PROCESS is wanted at lock-check\.test\.c:\d+ \(&process_lock\) while LOCK_PAGES is held, since lock-check\.test\.c:\d+ \(&pages_lock\): lock\.h has them in the other order$/,
  recursive: /^LOCK_PAGES is wanted at \S+ \(&pages_lock\) by a CPU that holds it already, since \S+/,
  "same-rank":
    /^LOCK_FUTEX is wanted at \S+ \(&buckets\[1\]\) while another one of its rank is held, since \S+ \(&buckets\[0\]\)$/,
  "second-is-lower": /^LOCK_FUTEX is wanted .* is held, since .*: the first of two has the lower address$/,
  "not-held": /^LOCK_PAGES is given back at \S+ \(&pages_lock\) by a CPU that does not hold it$/,
  asleep: /^LOCK_PAGES is held, since \S+ \(&pages_lock\), when it sleeps at \S+$/,
  fault: /^LOCK_MM is held, since \S+ \(&mm_lock\), when the program's memory is touched at \S+$/,
  "no-rank": /^a lock that has no rank is wanted at \S+ \(&unnamed\)$/,
};

test("locks out of order, taken twice, not given back or held where they must not be are told of", async (t) => {
  const sources = ["debug/lock-check.test.c", "debug/lock-check.c", "lib/lock.c"];
  const program = await hostProgram(sources, ["KERNEL_DEBUG=1"]);
  for (const [name, sentence] of Object.entries(sentences)) {
    const { stdout, status } = spawnSync(program, [name], { encoding: "utf8" });
    t.regex(stdout.trim(), sentence);
    t.is(status, name === "right" ? 0 : 1, name);
  }
});
