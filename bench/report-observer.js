/** Loaded before a command that is measured: tells the most memory that it took, when it ends. */
process.on("exit", () => {
  process.stderr.write(`most memory ${process.resourceUsage().maxRSS} KiB\n`);
});
