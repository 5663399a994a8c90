import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

// C is not HTML: nothing is escaped. A field that the view lacks is an error, not an empty string.
const options = { noEscape: true, strict: true } as const;
const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** Fills the template `shim-templates/PATH` with a finished view; templates compute nothing. */
export const render = (path: string, view: object): string => {
  let template = compiled.get(path);
  if (!template) {
    const url = new URL(`../../shim-templates/${path}`, import.meta.url);
    template = Handlebars.compile(readFileSync(url, "utf8"), options);
    compiled.set(path, template);
  }
  return template(view);
};
