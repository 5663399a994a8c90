/* Synthetic files. The text is made anew by every read at offset 0 and kept in the open file for
 * the reads after it, so that one pass over the file sees one state, as with Linux's seq_file. */
#include "synthetic.h"
#include "mem.h"
#include "string.h"
#include "tree.h"

struct synthetic {
    struct inode inode;
    const struct synthetic_row *row;
    int tid;
};

/* --- open files ------------------------------------------------------------------------------- */

/* In place of what the open file has. */
static void keep(struct file *f, struct text *text) {
    spin_lock(&f->inode->lock);
    struct text *old = f->private;
    f->private = text;
    spin_unlock(&f->inode->lock);
    if (old) kfree(old->bytes);
    kfree(old);
}

static int renew(struct file *f) {
    struct synthetic *s = (struct synthetic *)f->inode;
    struct text *fresh = kalloc(sizeof *fresh);
    if (!fresh) return -ENOMEM;
    s->row->generate(fresh, s->tid);
    // A part of a text would be taken for the whole.
    if (fresh->failed) {
        kfree(fresh->bytes);
        kfree(fresh);
        return -ENOMEM;
    }
    keep(f, fresh);
    return 0;
}

static ssize_t synthetic_read(struct file *f, struct io *io, u64 *offset) {
    const struct text *t = NULL;
    bool is_fresh = !f->private || *offset == 0;
    int error = is_fresh ? renew(f) : 0;
    if (error) return error;
    // gone again if another thread's first read failed
    while (spin_lock(&f->inode->lock), (t = f->private) == NULL) {
        spin_unlock(&f->inode->lock);
        if ((error = renew(f))) return error;
    }
    size_t n = *offset < t->len ? MIN(t->len - *offset, io->left) : 0;
    size_t moved = n ? io_put(io, t->bytes + *offset, n) : 0;
    *offset += moved;
    spin_unlock(&f->inode->lock);
    if (moved || !n) return (ssize_t)moved;
    if (is_fresh) keep(f, NULL); // what fails leaves nothing behind
    return -EFAULT;
}

static void synthetic_release(struct file *f) { keep(f, NULL); }

static const struct file_ops synthetic_ops = {
    .read = synthetic_read,
    .release = synthetic_release,
    .seekable = true,
};

static const struct inode_ops synthetic_inode_ops = {0};

struct inode *synthetic_new(const struct synthetic_row *row, enum fs_kind fs, int tid) {
    struct synthetic *s = kalloc(sizeof *s);
    if (!s) return NULL;
    inode_init(&s->inode, S_IFREG | row->mode, fs, &synthetic_inode_ops);
    s->inode.file_ops = &synthetic_ops;
    s->row = row;
    s->tid = tid;
    return &s->inode;
}

void synthetic_add_all(const struct synthetic_row *rows, u32 count, enum fs_kind fs) {
    for (u32 i = 0; i < count; i++)
        if (rows[i].path) tree_add(rows[i].path, synthetic_new(&rows[i], fs, 0));
}
