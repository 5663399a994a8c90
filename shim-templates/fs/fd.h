/* More about descriptors, for fcntl and /proc/self/fd. fs/fd.c */
#pragma once
#include "file.h"

/* As fd_install, with F_DUPFD's minimum. */
int fd_install_from(u32 lowest, struct file *f, u32 fd_flags);
int fd_flags(int fd, const u32 *set); /* the old flags, or -EBADF */
int fd_next(int fd);                  /* lowest open descriptor >= fd, or -1 */
