/* Making and counting inodes. fs/inode.c */
#pragma once
#include "file.h"

/* The common part of a fresh inode of any kind: one reference, one link less than the caller
 * counts, times of now, a number. */
void inode_init(struct inode *inode, u32 mode, enum fs_kind fs, const struct inode_ops *ops);
struct inode *inode_new_anonymous(const char *label, u32 mode);
const char *inode_anonymous_label(const struct inode *inode);
/* A character device in the tree; opening it gives a file with these operations. */
struct inode *inode_new_device(u32 mode, u32 rdev, enum fs_kind fs, const struct file_ops *ops);
/* st_dev and stx_dev_major/minor of a file system. */
static inline u32 fs_device(u8 fs) { return 0x18u + fs; }

#define S_PERMISSIONS 07777u

/* Pages that files may still take. fs/regular.c */
u64 storage_free(void);

/* Times in the past of now: nanoseconds since 1970. */
i64 time_now(void);
