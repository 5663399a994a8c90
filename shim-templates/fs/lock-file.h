/* flock(2). fs/lock-file.c */
#pragma once
#include "file.h"

void file_lock_drop(struct file *f); /* the last close of an open file lets go of its lock */
