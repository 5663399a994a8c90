const parts =
  "io file fd inode page-index regular directory walk symlink names permission rename open stat attributes cwd getdents copy fcntl lock-file sync tree";

/** What the tree is made of, without devices and synthetic files: for the programs that test it on the host. */
export const treeSources: readonly string[] = [
  ...parts.split(" ").map((part) => `fs/${part}.c`),
  "lib/string.c",
];
