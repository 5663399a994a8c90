/* Pipes. fs/pipe.c */
#pragma once
#include "file.h"

bool is_pipe(const struct file *f);
u32 pipe_size(void);
