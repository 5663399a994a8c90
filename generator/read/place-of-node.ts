import type { Node } from "ts-morph";
import type { Place } from "../problem.ts";

/** Where a node begins, in a file named relative to the project. */
export const placeOfNode = (node: Node, file: string): Place => ({
  file,
  ...node.getSourceFile().getLineAndColumnAtPos(node.getStart()),
});
