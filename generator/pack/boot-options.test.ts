import test from "ava";
import { bootOptions, quoteWord } from "./boot-options.ts";

function quoted(title: string, word: string, expected: string): void {
  test(title, (t) => t.is(quoteWord(word), expected));
}

quoted("a plain word stays plain", "env.PATH=/bin:/usr", "env.PATH=/bin:/usr");
quoted("a space needs quotes", "two words", '"two words"');
quoted("an empty word is there", "", '""');
quoted("quotes and backslashes are kept", 'a"b\\c', '"a\\"b\\\\c"');
quoted("a single quote is nothing special inside quotes", "it's", `"it's"`);
quoted("a line end stays in the word", "a\nb", '"a\nb"');

test("options come before the arguments, which stand behind two dashes", (t) => {
  const line = bootOptions(
    { env: ["A=1 2"], cwd: "/src", args: ["--", "-x"] },
    { record: true, tty: false, cpus: 4 },
  );
  t.is(line, 'catkernel.record=1 catkernel.tty=0 catkernel.cpus=4 "env.A=1 2" cwd=/src -- -- -x');
});
