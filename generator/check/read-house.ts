/** Looks around in the project: which bodies, proofs and architectures exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { archs } from "../../runtime-abi/arch.ts";
import { readFacts } from "../facts/facts.ts";
import type { House } from "./house.ts";

/** The house below `root`, by default this project. */
export function readHouse(root = fileURLToPath(new URL("../../", import.meta.url))): House {
  const sources = join(root, "shim-templates");
  const proofs = join(root, "proofs");
  return {
    facts: readFacts(),
    archs: new Set(archs.filter((arch) => existsSync(join(sources, "arch", arch)))),
    bodies: new Set(readBodies(sources)),
    proofs: new Set(foldersIn(proofs).filter((name) => existsSync(join(proofs, name, "main.go")))),
  };
}

/** Every definition of a function `sys_NAME` at the start of a line, with the folder that it stands in. */
function readBodies(sources: string): string[] {
  return foldersIn(sources).flatMap((folder) =>
    readdirSync(join(sources, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".c") || file.endsWith(".c.hbs"))
      .flatMap((file) => {
        const text = readFileSync(join(sources, folder, file), "utf8");
        // A definition's closing parenthesis is followed by a brace, a declaration's by a semicolon.
        const definitions = text.matchAll(/^[A-Za-z_][\w ]*\bsys_(\w+)\([^;{]*\)\s*\{/gm);
        return [...definitions].map((match) => `${folder}/${match[1]}`);
      }),
  );
}

const foldersIn = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];
