// Reads spec/ into a Table: values by importing the modules, places and comments by parsing them.
//
// An import gives the values exactly as TypeScript's own rules make them, but not where they stand; the
// parser gives that, and holds the modules to the declarative subset before anything is imported.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CallExpression, Node, Project, type SourceFile, type VariableDeclaration } from "ts-morph";
import type { Call } from "../../spec/vocabulary.ts";
import type { Outcome, Place, Problem } from "../problem.ts";
import { placeOfNode } from "./place-of-node.ts";
import { findViolations } from "./subset.ts";
import type { CallRow, Table } from "./table.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const specFolder = join(root, "spec");

/** All rows of a folder of spec modules (the project's own by default), or what is wrong with them. */
export const readTable = async (folder: string = specFolder): Promise<Outcome<Table>> => {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "vocabulary.ts")
    .sort()
    .map((name) => join(folder, name));
  const project = new Project({
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: true,
    compilerOptions: { noLib: true },
  });
  const files = paths.map((path) => project.addSourceFileAtPath(path));

  const violations = files.flatMap((file) => findViolations(file, nameOf(file)));
  if (violations.length > 0) return { problems: violations };

  const problems: Problem[] = [];
  const rows: CallRow[] = [];
  for (const file of files) {
    const values = (await import(pathToFileURL(file.getFilePath()).href)) as Record<string, unknown>;
    for (const declaration of file.getVariableDeclarations()) {
      const made = declaration.getInitializer();
      if (!Node.isCallExpression(made) || made.getExpression().getText() !== "syscall") continue;
      const place = placeOfNode(declaration, nameOf(file));
      const call = values[declaration.getName()];
      const description = describe(declaration);
      if (!isCall(call))
        problems.push({
          code: "row-not-exported",
          place,
          message: `The row ${declaration.getName()} is not exported.`,
          fix: "Write `export const`.",
        });
      else if (description === "")
        problems.push({
          code: "row-without-words",
          place,
          message: `${call.name} has no description.`,
          fix: "Write one sentence above it: /** ... */",
        });
      else rows.push({ call, description, place, places: collectPlaces(made, file) });
    }
  }
  rows.sort((a, b) => (a.call.name < b.call.name ? -1 : 1));
  return problems.length > 0 ? { problems } : { value: { rows } };
};

const nameOf = (file: SourceFile): string => relative(root, file.getFilePath()).replaceAll("\\", "/");
const isCall = (value: unknown): value is Call =>
  typeof value === "object" && value !== null && "name" in value && "nr" in value;

const describe = (declaration: VariableDeclaration): string =>
  (declaration.getVariableStatementOrThrow().getJsDocs().at(-1)?.getDescription() ?? "")
    .trim()
    .replaceAll(/\s+/g, " ");

// Walks the literal that a row is made of. Calls of the vocabulary add no step to the path: what
// `flags({...})` holds is at "args.flags.O_CREAT". A name leads to its declaration in the same module.
const collectPlaces = (row: CallExpression, file: SourceFile): ReadonlyMap<string, Place> => {
  const places = new Map<string, Place>();
  const walk = (node: Node | undefined, path: readonly string[]): void => {
    if (Node.isIdentifier(node)) walk(file.getVariableDeclaration(node.getText())?.getInitializer(), path);
    else if (Node.isCallExpression(node)) {
      for (const argument of node.getArguments()) walk(argument, path);
    } else if (Node.isObjectLiteralExpression(node)) {
      for (const property of node.getProperties()) {
        if (!Node.isPropertyAssignment(property) && !Node.isShorthandPropertyAssignment(property)) continue;
        const inner = [...path, property.getName().replaceAll(/["']/g, "")];
        places.set(inner.join("."), placeOfNode(property, nameOf(file)));
        walk(Node.isPropertyAssignment(property) ? property.getInitializer() : property.getNameNode(), inner);
      }
    }
  };
  walk(row.getArguments()[1], []);
  return places;
};
