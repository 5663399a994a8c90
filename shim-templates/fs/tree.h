/* Building the tree at boot. Running out of memory there is the end: refuse_to_boot(). fs/tree.c */
#pragma once
#include "directory.h"

/* A directory that counts as a file system of its own, in place of whatever has the name. */
void tree_mount(const char *path, u32 mode, enum fs_kind fs);
void tree_add_directory(const char *path, u32 mode); /* unless there is one */
void tree_add_link(const char *path, const char *target);
/* Gives the inode a name, and takes over the caller's reference; a file of that name is
 * replaced. Parents that are missing are made. NULL inode: there was no memory for it. */
void tree_add(const char *path, struct inode *inode);
void tree_add_file(const char *path, u32 mode, const char *text); /* unless there is one */
void tree_seal(const char *path); /* the program can make and remove nothing in it */
