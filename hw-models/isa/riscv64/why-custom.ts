/**
 * Why instructions leave for TypeScript instead of being meanings: the reason, then the names that rows give to `custom`.
 * `laws/customs.ts` holds this against the rows; a name that no row uses is as wrong as one that is missing.
 */
export const whyCustom: Readonly<Record<string, string>> = {
  "changes the privilege; firmware and whoever traces calls hear of it": "ecall sret mret",
  "many registers behind one number, each with its own rules": "csr",
  "waits for an interrupt": "wfi",
  "forgets translations": "fence-vma",
};
