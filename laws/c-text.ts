/** C, assembly and templates as text for laws: what people say is taken out, what machines read stays in its line. */

/** Comments become spaces; lines stay where they are. */
export function withoutComments(text: string): string {
  return blank(
    text,
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|\{\{!--[\s\S]*?--\}\}|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g,
  );
}

/** What stands in quotes becomes spaces, too. */
export function withoutStrings(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'/g,
    (found) => `"${" ".repeat(found.length - 2)}"`,
  );
}

/** Blanks what matches, but not what the first group holds. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(
    pattern,
    (found: string, kept: string | undefined) => kept ?? found.replace(/[^\n]/g, " "),
  );
}
