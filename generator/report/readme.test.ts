/**
 * What README.md shows is what the command says of esbuild, and the picture is the page's. After a wanted change:
 * UPDATE_README=1 npx ava generator/report/readme.test.ts, and read the difference.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { fetchGuest } from "../../setup/guests.js";
import { drawPicture } from "./page/picture.ts";
import { reportProgram } from "./report-program.ts";
import { familiesPicture } from "./to-html.ts";
import { toText } from "./to-text.ts";

const readmeFile = new URL("../../README.md", import.meta.url);
const pictureFile = new URL("example.svg", import.meta.url);
const block = /(## Will my binary run\?[\s\S]*?Of esbuild it says:\n\n```\n)([\s\S]*?)(```\n)/;
const width = 720;

test("README shows what the report says of esbuild", async (t) => {
  const report = await reportProgram(join(fetchGuest("esbuild-amd64"), "bin/esbuild"), undefined);
  if (report.problems) return t.fail(report.problems[0]?.message);
  const text = toText(report.value);
  const picture = drawPicture(familiesPicture(report.value.families), width);
  if (process.env.UPDATE_README) {
    writeFileSync(readmeFile, readFileSync(readmeFile, "utf8").replace(block, `$1${text}$3`));
    writeFileSync(pictureFile, picture);
  }
  t.is(block.exec(readFileSync(readmeFile, "utf8"))?.[2], text);
  t.is(readFileSync(pictureFile, "utf8"), picture);
});
