// The declarative subset: what a module of spec/ may contain, so that it stays data.
//
// Allowed are imports from the vocabulary, `const` declarations, literals, object and array literals,
// names declared so, and calls of the vocabulary. The rest would be a program, which nobody could read
// as a table and no tool could edit.
import { type Expression, Node, type SourceFile } from "ts-morph";
import type { Problem } from "../problem.ts";
import { placeOfNode } from "./place-of-node.ts";

const vocabulary = "./vocabulary.ts";

/** Everything in the module that is not data. */
export const findViolations = (file: SourceFile, relativePath: string): readonly Problem[] => {
  const problems: Problem[] = [];
  const report = (node: Node, code: string, message: string, fix: string) =>
    problems.push({ code, place: placeOfNode(node, relativePath), message, fix });

  const words = new Set<string>();
  for (const declaration of file.getImportDeclarations()) {
    const from = declaration.getModuleSpecifierValue();
    if (from === vocabulary) for (const one of declaration.getNamedImports()) words.add(one.getName());
    else if (!(declaration.isTypeOnly() && from.startsWith("../runtime-abi/")))
      report(
        declaration,
        "foreign-import",
        `A row cannot use "${from}".`,
        `Import only from "${vocabulary}".`,
      );
  }
  const names = new Set([...words, ...file.getVariableDeclarations().map((one) => one.getName())]);

  const visit = (node: Expression): void => {
    if (
      Node.isStringLiteral(node) ||
      Node.isNumericLiteral(node) ||
      Node.isBigIntLiteral(node) ||
      Node.isTrueLiteral(node) ||
      Node.isFalseLiteral(node)
    )
      return;
    if (Node.isPrefixUnaryExpression(node) && Node.isNumericLiteral(node.getOperand())) return;
    if (Node.isIdentifier(node)) {
      if (!names.has(node.getText()))
        report(
          node,
          "unknown-word",
          `"${node.getText()}" is not in the vocabulary.`,
          "Import it, or correct its name.",
        );
    } else if (Node.isPropertyAccessExpression(node)) visit(node.getExpression());
    else if (Node.isArrayLiteralExpression(node)) node.getElements().forEach(visit);
    else if (Node.isCallExpression(node)) {
      visit(node.getExpression());
      for (const argument of node.getArguments()) visit(argument as Expression);
    } else if (Node.isObjectLiteralExpression(node)) {
      for (const property of node.getProperties()) {
        const computed =
          Node.isPropertyAssignment(property) && Node.isComputedPropertyName(property.getNameNode());
        if (Node.isPropertyAssignment(property) && !computed) visit(property.getInitializerOrThrow());
        else if (!Node.isShorthandPropertyAssignment(property))
          report(
            property,
            "not-data",
            "A row is data: only `name: value` may stand here.",
            "Write the fields out.",
          );
      }
    } else
      report(
        node,
        "not-data",
        `A row is data: \`${shorten(node.getText())}\` computes something.`,
        "Write the value out.",
      );
  };

  for (const statement of file.getStatements()) {
    if (Node.isImportDeclaration(statement)) continue;
    if (!Node.isVariableStatement(statement) || statement.getDeclarationKind() !== "const")
      report(
        statement,
        "not-data",
        "Only imports and `const` may stand here.",
        "Move it out of spec/, or write it as a row.",
      );
    else for (const one of statement.getDeclarations()) visit(one.getInitializerOrThrow());
  }
  return problems;
};

const shorten = (text: string): string =>
  (text.length > 40 ? `${text.slice(0, 37)}...` : text).replaceAll("\n", " ");
