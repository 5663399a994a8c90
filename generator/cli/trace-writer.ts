/**
 * Traces go to standard error. A line of a call is there at once; instructions come by the million, and a system call for
 * each would take ten times as long as they do.
 */
const pieceBytes = 1 << 16;

export type TraceWriter = {
  line(line: string): void;
  /** To be called when the run is over. */
  flush(): void;
};

export function traceWriter(of: "calls" | "instructions"): TraceWriter {
  // Whoever reads the trace may have had enough (`2>&1 | head`): then there is no reason to go on.
  process.stderr.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(0);
  });
  let piece = "";
  const flush = () => {
    if (piece !== "") process.stderr.write(piece);
    piece = "";
  };
  return {
    line(line) {
      piece += `${line}\n`;
      if (of === "calls" || piece.length >= pieceBytes) flush();
    },
    flush,
  };
}
