/* An open file on an inode: checks the access that `flags` asks for, runs the device's open.
 * fs/open.c */
#pragma once
#include "inode.h"

int open_inode(struct inode *inode, u32 flags, struct file **out);
