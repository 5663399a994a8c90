/* The files of a kernel whose programs open only a few paths, all of them known (KEEPS_ANY_PATH of kept.h is 0): a list
 * in place of the tree. fs/few-files.c */
#pragma once
#include "inode.h"

/* Takes over the caller's reference. */
void few_files_add(const char *path, struct inode *inode);
/* Referenced; NULL if nothing has that path. */
struct inode *few_files_find(const char *path);
