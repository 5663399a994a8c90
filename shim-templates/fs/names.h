/* Changing the tree. fs/names.c */
#pragma once
#include "walk.h"

extern u32 file_umask;

/* Gives the inode (not the caller's reference) the name that the walk found missing. -EEXIST if it
 * appeared meanwhile, -EROFS in a sealed directory, -ENOENT in a removed one. */
int place_add(struct place *p, struct inode *inode);

/* What it is to change a name that has no entry. Those that are made on demand (/proc/self/fd/0) are in sealed
 * directories; elsewhere it was never there, or went away since the walk. */
static inline int place_without_entry(const struct place *p) {
    return p->inode && directory_of(p->dir)->sealed ? -EROFS : -ENOENT;
}
