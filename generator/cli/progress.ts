/** Progress goes to standard error: standard output belongs to the answer or to the guest. */
export function progress(step: string): void {
  process.stderr.write(`catkernel: ${step} ...\n`);
}
