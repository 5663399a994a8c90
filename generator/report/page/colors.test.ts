/** Text must be readable, in the light and in the dark. Source: WCAG 2.2, success criterion 1.4.3 and "relative luminance". */
import test from "ava";
import { pageText } from "./render.ts";

const least = 4.5;
const themes = [...pageText("picture.css").matchAll(/:root \{([^}]*)\}/g)].map(
  ([, body = ""]) =>
    new Map(
      [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]),
    ),
);

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const [index, theme] of ["light", "dark"].entries())
  test(`every color of text stands out from paper and cards in the ${theme}`, (t) => {
    const colors = themes[index] ?? new Map<string, string>();
    for (const ink of ["ink", "soft", "kept-ink", "notes-ink", "refused-ink"])
      for (const ground of ["paper", "card"]) {
        const found = contrast(colors.get(ink) ?? "#000000", colors.get(ground) ?? "#000000");
        t.true(found >= least, `${ink} on ${ground}: ${found.toFixed(2)}`);
      }
  });
