/* Files whose text is made when they are read: /proc and /sys. fs/synthetic.c */
#pragma once
#include "inode.h"
#include "kept.h"
#include "text.h"

/* One row: a file and what it says. `tid` is the thread of files under task/, else 0. */
struct synthetic_row {
    const char *path; /* for rows of task/N: only the name */
    u32 mode;
    void (*generate)(struct text *t, int tid);
};
/* A row of a table; empty if nothing opens that path. */
#define SYNTHETIC(path, mode, generate)                                                            \
    { OPENS(path) ? (path) : NULL, mode, OPENS(path) ? (generate) : NULL }
struct inode *synthetic_new(const struct synthetic_row *row, enum fs_kind fs, int tid);
void synthetic_add_all(const struct synthetic_row *rows, u32 count, enum fs_kind fs);

/* Tables of this folder. */
void proc_init(void); /* fs/proc.c */
void proc_self_init(void); /* fs/proc-self.c */
void proc_fd_init(void); /* fs/proc-fd.c */
void proc_task_init(void); /* fs/proc-task.c */
void sys_files_init(void); /* fs/sysfs.c */
void proc_generate_status(struct text *t, int tid);
void proc_generate_stat(struct text *t, int tid);
void proc_generate_comm(struct text *t, int tid);
