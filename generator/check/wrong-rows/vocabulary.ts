// The words of spec/vocabulary.ts with their type rules taken away: wrong rows must be able to exist, for
// rows are run with their types stripped, and the checker cannot rely on an editor.
import * as words from "../../../spec/vocabulary.ts";

// biome-ignore lint/suspicious/noExplicitAny: that is the point
type Anything = any;
const loose: Record<string, Anything> = words;

export const { addr, constant, exactly, fd, flags, full, ignored, int, mode, nothing, partial, path } = loose;
export const { pid, reads, refused, size, syscall, uint, user, writes } = loose;
