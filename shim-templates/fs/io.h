/* One read or write of an open file, checked; `offset` NULL means the file's own. fs/io.c */
#pragma once
#include "file.h"

i64 io_read(struct file *f, struct io *io, u64 *offset);
i64 io_write(struct file *f, struct io *io, u64 *offset);
