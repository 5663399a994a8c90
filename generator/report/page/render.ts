/** Fills a template of this folder with a finished view. What a program's file says is escaped: nobody vouches for it. */
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

const compiled = new Map<string, Handlebars.TemplateDelegate>();

export const pageText = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8").trimEnd();

export function renderPage(name: string, view: object): string {
  let template = compiled.get(name);
  if (template === undefined) {
    template = Handlebars.compile(pageText(name));
    compiled.set(name, template);
  }
  return template(view);
}
