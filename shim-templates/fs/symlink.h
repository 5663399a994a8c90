/* Symbolic links. fs/symlink.c */
#pragma once
#include "inode.h"

/* `in_place`: the text stays where it is (the tar); else it is copied. */
struct inode *symlink_new(const char *text, size_t len, enum fs_kind fs, bool in_place);
