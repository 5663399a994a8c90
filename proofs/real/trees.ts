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

/**
 * A program that uses a package, bundled and minified by esbuild to standard output. The tree has a `name`: whoever makes
 * it anew takes it from under others who use one of the same name.
 */
export function bundleWork(
  library: "preact" | "three" = "preact",
  entry = preactEntry,
  name = `bundle-${library}`,
): Work {
  const programs = {
    amd64: join(fetchGuest("esbuild-amd64"), "bin/esbuild"),
    riscv64: join(fetchGuest("esbuild-riscv64"), "bin/esbuild"),
  };
  const root = fresh(name);
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

/** The largest source that is at hand everywhere: the TypeScript compiler as one file of JavaScript, minified. */
export function minifyWork(): Work {
  const root = fresh("minify");
  cpSync(join(fetchGuest("typescript-js"), "lib/typescript.js"), join(root, "typescript.js"));
  return { ...bundleWork(), root, args: ["typescript.js", "--minify", "--outfile=out.js"] };
}

/** One little source, checked: the compiler reads its own library and not much more. */
export function checkOneWork(): Work {
  const root = fresh("check-one");
  copyLibrary(root);
  writeFileSync(
    join(root, "one.ts"),
    'const words: string[] = ["a", "b"];\nexport const long = words.map((word) => word.length > 1);\n',
  );
  const args = [
    "one.ts",
    "--ignoreConfig",
    "--noEmit",
    "--pretty",
    "false",
    "--strict",
    "--target",
    "esnext",
  ];
  return { programs: compilers(), root, cwd: "/", args };
}

/** A folder with nothing in it. */
export const emptyTree = (name: string): string => fresh(`empty-${name}`);

/** This repository's own sources, checked by the TypeScript compiler; `plant` is added as one more source. */
export function checkWork(plant = ""): Work {
  const programs = compilers();
  const onLinux = programs.amd64;
  const root = fresh(plant === "" ? "check" : "check-planted");
  const source = join(root, "src");
  mkdirSync(source);

  copyLibrary(root);

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

/** The whole check with one more source, which is wrong: that the compiler finds nothing else is as much said by this. */
export const plantedWork = (): Work => checkWork('export const planted: number = "text";\n');

const compilers = (): Record<Arch, string> => ({
  amd64: join(fetchGuest("typescript-amd64"), "lib/tsc"),
  riscv64: join(fetchGuest("typescript-riscv64"), "lib/tsc"),
});

/** The compiler looks for its library beside itself: /app. */
function copyLibrary(root: string): void {
  const library = join(fetchGuest("typescript-amd64"), "lib");
  for (const file of readdirSync(library))
    if (file.endsWith(".d.ts")) cpSync(join(library, file), join(root, file));
}

function fresh(name: string): string {
  const root = join(build, name);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  return root;
}
