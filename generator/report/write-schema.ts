/**
 * `node generator/report/write-schema.ts` writes report.schema.json from the types of report.ts: the declarations that the
 * program is checked against are the ones that are published. Knows the types that are used there, and no more.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Node, Project, type PropertySignature, type TypeAliasDeclaration, type TypeNode } from "ts-morph";

export const schemaFile = fileURLToPath(new URL("report.schema.json", import.meta.url));

type Schema = Record<string, unknown>;

export function makeSchema(): Schema {
  const project = new Project({ skipFileDependencyResolution: true, skipLoadingLibFiles: true });
  const source = project.addSourceFileAtPath(fileURLToPath(new URL("report.ts", import.meta.url)));
  const types = source.getTypeAliases();
  const named = types.map(
    (type) => [type.getName(), describe(type, schemaOf(type.getTypeNodeOrThrow()))] as const,
  );
  const { Report: report, ...defs } = Object.fromEntries(named);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "catkernel report",
    ...report,
    $defs: defs,
  };
}

function schemaOf(node: TypeNode): Schema {
  if (Node.isTypeOperatorTypeNode(node)) return schemaOf(node.getTypeNode());
  if (Node.isArrayTypeNode(node)) return { type: "array", items: schemaOf(node.getElementTypeNode()) };
  if (Node.isTypeLiteral(node)) return objectOf(node.getProperties());
  if (Node.isUnionTypeNode(node)) return { enum: node.getTypeNodes().map(literalOf) };
  if (Node.isLiteralTypeNode(node)) return { const: literalOf(node) };
  if (Node.isTypeReference(node)) {
    const name = node.getTypeName().getText();
    const [first, second] = node.getTypeArguments();
    if (name === "Readonly" && first) return schemaOf(first);
    if (name === "Record" && second) return { type: "object", additionalProperties: schemaOf(second) };
    return { $ref: `#/$defs/${name}` };
  }
  const text = node.getText();
  if (text === "string" || text === "number" || text === "boolean") return { type: text };
  throw new Error(`report.ts: no schema for ${text}`);
}

function literalOf(node: TypeNode): unknown {
  if (!Node.isLiteralTypeNode(node)) throw new Error(`report.ts: no literal: ${node.getText()}`);
  return JSON.parse(node.getText());
}

function objectOf(properties: readonly PropertySignature[]): Schema {
  const fields = properties.map((property) => {
    const schema = schemaOf(property.getTypeNodeOrThrow());
    return [property.getName(), describe(property, schema)] as const;
  });
  return {
    type: "object",
    additionalProperties: false,
    required: properties
      .filter((property) => !property.hasQuestionToken())
      .map((property) => property.getName()),
    properties: Object.fromEntries(fields),
  };
}

function describe(node: PropertySignature | TypeAliasDeclaration, schema: Schema): Schema {
  const words = node.getJsDocs().at(-1)?.getDescription().trim().replaceAll(/\s+/g, " ") ?? "";
  return words === "" ? schema : { description: words, ...schema };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(schemaFile, `${JSON.stringify(makeSchema(), null, 2)}\n`);
