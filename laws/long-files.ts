/** The law of long files: beyond 300 lines a file is split, or says in its header why not ("Long because ..."). */
import type { Problem } from "../generator/problem.ts";

export const longestFileLines = 300;
const headerLines = 20;

export function longFileProblems(path: string, text: string): Problem[] {
  const lines = text.split("\n");
  const count = lines.length - (lines.at(-1) === "" ? 1 : 0);
  if (count <= longestFileLines) return [];
  if (/Long because \S/.test(lines.slice(0, headerLines).join("\n"))) return [];
  return [
    {
      code: "long-file",
      place: { file: path, line: 0, column: 0 },
      message: `${count} lines, and the header does not say why`,
      fix: `Split it along its seam, or write "Long because ..." in its first ${headerLines} lines.`,
    },
  ];
}
