/**
 * The trees that the real programs work on: the same folder is the root of the image and the place where the same
 * program runs on Linux.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Arch } from "../../runtime-abi/arch.ts";
import { fetchGuest } from "../../setup/guests.js";

const project = realpathSync(join(import.meta.dirname, "../.."));
const build = join(project, "build/trees");

export type Work = {
  /** The program's file for each architecture; in the image it is /app. */
  programs: Record<Arch, string>;
  /** The folder that becomes the root. */
  root: string;
  /** Where in it the program works, with a slash at the start. */
  cwd: string;
  args: string[];
};

/** A program that uses a package, bundled and minified by esbuild to standard output. */
export function bundleWork(library: "preact" | "three" = "preact", entry = preactEntry): Work {
  const programs = {
    amd64: join(fetchGuest("esbuild-amd64"), "bin/esbuild"),
    riscv64: join(fetchGuest("esbuild-riscv64"), "bin/esbuild"),
  };
  const root = fresh(`bundle-${library}`);
  cpSync(fetchGuest(library), join(root, "node_modules", library), { recursive: true });
  writeFileSync(join(root, "main.js"), entry);
  return { programs, root, cwd: "/", args: ["main.js", "--bundle", "--minify", "--format=esm"] };
}

const preactEntry = `
import { h, render, createContext, Fragment } from "preact";
import * as hooks from "preact/hooks";
import * as compat from "preact/compat";
const Theme = createContext("light");
const Counter = () => {
  const [count, set] = hooks.useState(0);
  return h(Theme.Provider, { value: "dark" }, h("button", { onClick: () => set(count + 1) }, \`\${count} äöü \u{1f600}\`));
};
render(h(Fragment, null, h(Counter)), document.body);
export { compat, Counter };
`;

/** This repository's own sources, checked by the TypeScript compiler; `plant` is added as one more source. */
export function checkWork(plant = ""): Work {
  const programs = {
    amd64: join(fetchGuest("typescript-amd64"), "lib/tsc"),
    riscv64: join(fetchGuest("typescript-riscv64"), "lib/tsc"),
  };
  const onLinux = programs.amd64;
  const root = fresh(plant === "" ? "check" : "check-planted");
  const source = join(root, "src");
  mkdirSync(source);

  // The compiler looks for its library beside itself: /app.
  for (const file of readdirSync(dirname(onLinux)))
    if (file.endsWith(".d.ts")) cpSync(join(dirname(onLinux), file), join(root, file));

  const files = execFileSync(onLinux, ["-p", project, "--listFilesOnly"], { encoding: "utf8" })
    .trim()
    .split("\n");
  const wanted = new Set(["tsconfig.json"]);
  for (const file of files) {
    const path = relative(project, file);
    if (path.startsWith("..") || path.includes("typescript-linux-x64/lib/lib.")) continue;
    wanted.add(path);
    // How a name is resolved stands in the package.json files above.
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const manifest = join(folder, "package.json");
      if (existsSync(join(project, manifest))) wanted.add(manifest);
      if (folder === ".") break;
    }
  }
  for (const path of [...wanted].sort()) cpSync(join(project, path), join(source, path));
  if (plant !== "") writeFileSync(join(source, "planted.ts"), plant);
  return { programs, root, cwd: "/src", args: ["-p", ".", "--noEmit", "--pretty", "false"] };
}

function fresh(name: string): string {
  const root = join(build, name);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  return root;
}
