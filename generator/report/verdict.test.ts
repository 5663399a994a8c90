import test from "ava";
import type { Request } from "../demand/demand.ts";
import { demandOf, records, reportOf, surelyServes, wants } from "./fixture/demands.ts";
import type { Verdict } from "./report.ts";
import type { SureWays } from "./surely.ts";
import { strictly } from "./verdict.ts";

type Expected = { kind: Verdict["kind"]; exit: number; sentence: RegExp };

function verdict(
  title: string,
  requests: readonly Request[],
  { sure, record, ...expected }: Expected & { sure?: SureWays; record?: string },
): void {
  test(title, (t) => {
    const found = reportOf(demandOf(requests), sure, record).verdict;
    t.is(found.kind, expected.kind);
    t.is(found.exitStatus, expected.exit as Verdict["exitStatus"]);
    t.regex(found.sentence, expected.sentence);
  });
}

const runs = { kind: "runs", exit: 0 } as const;
const notes = { kind: "runs with notes", exit: 0 } as const;
const until = { kind: "runs until", exit: 3 } as const;

verdict("a program whose refusals Go does without runs", wants.hello, {
  ...runs,
  sentence: /^All that tool/,
});
verdict("what a program may come to and not get is a note", wants.tool, {
  ...notes,
  sentence: /tool may ask for the network or child processes, and then gets an error/,
});
verdict("what main comes to on every way is where it runs until", wants.tool, {
  ...until,
  sure: surelyServes,
  sentence: /tool will call net\/http\.\(\*Server\)\.ListenAndServe, .* and get EAFNOSUPPORT, which returns/,
});
verdict("what Go itself does not ask for is blamed on who does", wants.watcher, {
  ...notes,
  sentence: /may ask for notice of changed files/,
});
verdict("a value that nobody knows is a note where others than Go ask", wants.terminal, {
  ...notes,
  sentence: /not kept whole/,
});
verdict("a run that failed after a refusal tells what was refused", wants.tool, {
  ...until,
  record: records.failed,
  sentence:
    /^In the recorded run tool did ask for the network \(net\.Listen\) and got EAFNOSUPPORT, and it ended with status 1\.$/,
});
verdict("the kernel's own record is enough for that", wants.tool, {
  ...until,
  record: records.kernel,
  sentence: /did ask for the network/,
});
verdict("a run that ended well outweighs what main comes to", wants.tool, {
  ...notes,
  sure: surelyServes,
  record: records.coped,
  sentence: /^In the recorded run it came to its end with status 0\. tool may ask/,
});
verdict("a run that failed for other reasons is not the kernel's fault", wants.hello, {
  ...runs,
  record: records.other,
  sentence: /ended with status 2, though nothing that it needed was refused/,
});

test("what was seen and not foretold is in the report, and says so", (t) => {
  const { requests } = reportOf(demandOf(wants.hello), new Map(), records.surprise);
  const surprises = requests.filter(({ isForetold }) => !isForetold);
  t.deepEqual(
    surprises.map(({ call, certainty, errno }) => [call, certainty, errno]),
    [["syscall 999", "did", "ENOSYS"]],
  );
});

test("a trace by the kernel tells calls and values", (t) => {
  const { requests, run } = reportOf(demandOf(wants.hello), new Map(), records.traced);
  t.is(requests.find(({ call }) => call === "prctl")?.seen?.errors.EINVAL, 1);
  t.is(requests.find(({ call }) => call === "openat")?.seen?.count, 1);
  t.like(run, { isWhole: true, calls: 2, status: 0 });
});

test("a place where nobody can tell what is asked is a note, unless Go's sources tell", (t) => {
  const site = (name: string) => ({
    function: name,
    address: 0x401000,
    why: "the number is no constant",
    chains: [{ from: "main", functions: ["main.main", name] }] as const,
  });
  const known = demandOf(wants.hello, { unresolved: [site("runtime.runPerThreadSyscall")] });
  t.is(reportOf(known).verdict.kind, "runs");
  const unknown = demandOf(wants.hello, { unresolved: [site("main.any")] });
  t.regex(reportOf(unknown).verdict.sentence, /at one place the file does not tell what it asks for/);
});

test("the way to a refusal goes through the function that a user knows", (t) => {
  const [family] = reportOf(demandOf(wants.tool)).families;
  t.like(family, { name: "network", certainty: "may", gateway: "net/http.(*Server).ListenAndServe" });
  t.is(family?.way[0], "main.main");
});

test("of bind and its kin it is said that no program comes so far without a socket", (t) => {
  const { requests } = reportOf(demandOf(wants.tool));
  const bind = requests.find(({ call }) => call === "bind");
  t.like(bind, { effect: "error", status: "not considered", errno: "ENOSYS" });
  t.regex(bind?.askers[0]?.does ?? "", /socket is refused before/);
});

test("--fail-on notes makes notes a failure, and nothing else", (t) => {
  t.is(strictly(reportOf(demandOf(wants.tool)).verdict).exitStatus, 3);
  t.is(strictly(reportOf(demandOf(wants.hello)).verdict).exitStatus, 0);
});
