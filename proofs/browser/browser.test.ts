/**
 * The model's files run in a browser as they are, what runs often translated there, too: esbuild, of which nobody here
 * wrote a line, bundles a library.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import test from "ava";
import { bootOptions } from "../../generator/pack/boot-options.ts";
import { prepareImage } from "../../generator/run/prepare-image.ts";
import { runModel } from "../../generator/run/run-model.ts";
import { archs } from "../../runtime-abi/arch.ts";
import { bundleWork } from "../real/trees.ts";
import { serve } from "./serve.ts";

const browsers = ["chromium", "chromium-browser", "google-chrome"];
const installed = browsers.find((name) => spawnSync(name, ["--version"]).status === 0);

type Result = {
  error?: string;
  driven: string;
  console: string;
  record: unknown;
};

for (const arch of archs) {
  test.serial(
    `${arch}: esbuild bundles preact in a browser, and the record is the one of the command line`,
    async (t) => {
      if (installed === undefined) {
        t.log(`none of ${browsers.join(", ")} is installed: the model was not tried in a browser`);
        return t.pass();
      }
      t.timeout(5 * 60_000);
      const { programs, root, cwd, args } = bundleWork("preact", undefined, "bundle-in-browser");
      const prepared = await prepareImage(programs[arch], root, () => {});
      const { path, dispose } = prepared.value!;
      const commandLine = bootOptions({ env: [], cwd, args }, { tty: false });
      const request = { arch, commandLine, memoryBytes: 2 ** 28 };
      const served = await serve(request, readFileSync(path));
      const profile = mkdtempSync(join(tmpdir(), "catkernel-browser-"));
      const flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        `--user-data-dir=${profile}`,
      ];
      const browser = spawn(installed, [...flags, served.url], { stdio: ["ignore", "ignore", "pipe"] });
      const complaints = text(browser.stderr);
      const closed = new Promise((resolve) => browser.on("close", resolve));
      const gone = closed.then(async () => ({ error: `the browser ended: ${await complaints}` }));

      const result = (await Promise.race([served.result, gone])) as Result;
      browser.kill("SIGKILL");
      await closed;
      served.close();
      const here = await runModel(
        {
          machine: { arch, name: "model", cpus: 1, memoryBytes: request.memoryBytes },
          ...{ image: path, commandLine, input: Readable.from([]), output: new PassThrough().resume() },
          isTerminal: false,
        },
        { realtime: false, record: true, onStopped() {} },
      );
      await dispose();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });

      t.is(result.error, undefined);
      t.is(result.driven, "ended");
      t.regex(result.console, /^\0?var [\s\S]{10000,}export\{/);
      // Here the calls were decoded, too.
      const { calls, ...run } = JSON.parse(here.value!.record.at(-1)!).run;
      t.true(calls.count > 0);
      t.deepEqual(result.record, run);
    },
  );
}
