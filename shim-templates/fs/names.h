/* Changing the tree. fs/names.c */
#pragma once
#include "walk.h"

extern u32 file_umask;

/* Gives the inode (not the caller's reference) the name that the walk found missing. -EEXIST if it
 * appeared meanwhile, -EROFS in a sealed directory, -ENOENT in a removed one. */
int place_add(struct place *p, struct inode *inode);
