/** First line of every generated file: what to edit instead. No date, no version: output is deterministic. */
export const banner = (...sources: readonly string[]): string =>
  `Generated from ${sources.join(", ")}. Edit those, not this.`;
