/**
 * A picture of bars: one for each name, in parts that add up. Widths are percentages, so that it fits a phone as well as
 * a screen without its letters shrinking.
 */
import { pageText, renderPage } from "./render.ts";

export type BarPart = { readonly kind: string; readonly value: number; readonly words: string };
export type Bar = { readonly title: string; readonly count: string; readonly parts: readonly BarPart[] };
export type Picture = { readonly title: string; readonly text: string; readonly bars: readonly Bar[] };

const rowHeight = 42;
const barHeight = 12;
const nameHeight = 16;
const fileFont = "text { font-family: system-ui, sans-serif; }";

/** For a page that has the style, or as a file of its own, so many pixels wide. */
export function drawPicture({ title, text, bars }: Picture, fileWidth?: number): string {
  const longest = Math.max(1, ...bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const percent = (value: number) => ((value / longest) * 100).toFixed(2).replace(/\.?0+$/, "");
  const rows = bars.map(({ title: name, count, parts }, index) => {
    const top = index * rowHeight;
    let before = 0;
    const drawn = parts
      .filter(({ value }) => value > 0)
      .map(({ kind, value, words }) => {
        const part = { kind, words, x: percent(before), width: percent(value) };
        before += value;
        return part;
      });
    const barY = top + nameHeight + 6;
    return { title: name, count, nameY: top + nameHeight - 2, barY, parts: drawn };
  });
  return renderPage("picture.hbs", {
    id: title.toLowerCase().replaceAll(/\W+/g, "-"),
    title,
    text,
    rows,
    barHeight,
    width: fileWidth ?? "100%",
    height: bars.length * rowHeight,
    style: fileWidth === undefined ? undefined : `${pageText("picture.css")}\n${fileFont}`,
  });
}
