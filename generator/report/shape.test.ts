import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import { demandOf, records, reportOf, request, surelyServes, wants } from "./fixture/demands.ts";
import { refusal } from "./report-program.ts";
import { toHtml } from "./to-html.ts";
import { columns, toText } from "./to-text.ts";
import { makeSchema, schemaFile } from "./write-schema.ts";

const hostile = demandOf([
  ...wants.tool,
  request("socket", 'main.main main.<script>alert("x")</script> net.sysSocket'),
  request("openat", `main.main ${"a.very/long/import/path/".repeat(12)}pkg.Function`, {
    select: ["flags", "any"],
  }),
]);

const reports = {
  "a program that runs": reportOf(demandOf(wants.hello)),
  "one with notes": reportOf(demandOf(wants.tool)),
  "one that will fail": reportOf(demandOf(wants.tool), surelyServes),
  "one that did fail": reportOf(demandOf(wants.tool), new Map(), records.failed),
  "one with the kernel's own record": reportOf(demandOf(wants.tool), new Map(), records.kernel),
  "a file that is none": refusal([
    { code: "not-elf", message: "x is not an ELF file", fix: "Give a Linux program." },
  ]),
  "hostile names": reportOf(hostile),
};

const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

test("the published schema is that of the types", (t) => {
  t.deepEqual(schema, makeSchema(), "run node generator/report/write-schema.ts");
});

for (const [title, report] of Object.entries(reports)) {
  test(`the report on ${title} is as the schema says`, (t) => {
    t.true(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors));
  });

  for (const wantsAll of [false, true])
    test(`the text on ${title} fits ${columns} columns${wantsAll ? ", all of it" : ""}, the verdict first`, (t) => {
      const lines = toText(report, wantsAll).split("\n");
      // A single word that is longer, a function's name, cannot be broken.
      const long = lines.filter(
        (line) => line.length > columns && line.trim().includes(" ") && !/\S{60}/.test(line),
      );
      t.deepEqual(long, []);
      t.is(lines[0]?.toLowerCase(), report.verdict.headline.toLowerCase());
    });

  test(`the page on ${title} is whole in itself`, (t) => {
    const page = toHtml(report);
    t.notRegex(
      page.replaceAll('xmlns="http://www.w3.org/2000/svg"', ""),
      /https?:|<link|<img|<iframe|src=|@import|url\(/,
    );
    t.notRegex(page, /undefined|\[object|\{\{/);
    t.is(page.match(/<h1/g)?.length, 1);
    t.is(page.match(/<script/g)?.length, 1);
    t.regex(page, /<html lang="en">[\s\S]*<meta name="viewport"[\s\S]*prefers-color-scheme: dark/);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    t.is(new Set(ids).size, ids.length);
    const labels = [...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap(([, id]) => id?.split(" ") ?? []);
    t.deepEqual(
      labels.filter((label) => !ids.includes(label)),
      [],
    );
    const heads = [...page.matchAll(/<th( [^>]*)?>/g)].map(([, attributes]) => attributes);
    t.true(heads.every((attributes) => attributes?.includes("scope=")));
  });
}

test("a schema that is not kept is noticed", (t) => {
  t.false(validate({ ...reports["a program that runs"], more: 1 }));
  t.false(validate({ ...reports["a program that runs"], verdict: { kind: "perhaps" } }));
});
