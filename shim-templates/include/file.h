/* Files: descriptors, open files, inodes, the tree. fs/, poll/, dev/
 *
 * Three things, as in every Unix: a descriptor is a small number (fs/fd.c), an open file has
 * flags and an offset and is shared by dup (struct file), an inode is what a name in the tree
 * leads to. Bytes move through `struct io`, so that one read or write function serves read,
 * readv, pread, sendfile and copy_file_range, with user memory or kernel memory at the other
 * end. */
#pragma once
#include "list.h"
#include "lock.h"
#include "user.h"
#include "wait.h"
#include "abi.h"

struct file;
struct inode;

/* --- bytes on their way (fs/io.c) ------------------------------------------------------------- */
struct io {
    const struct abi_iovec *vec; /* user memory: segments still to go; vec[0] is partly done */
    u64 vec_count;
    u64 done_in_vec;
    u8 *kernel;  /* kernel memory instead, when not NULL */
    size_t left; /* bytes still wanted */
};
/* Each moves up to n bytes (never more than `left`) and advances. Fewer than asked = a bad
 * address. */
size_t io_put(struct io *io, const void *from, size_t n);
size_t io_put_zeros(struct io *io, size_t n);
size_t io_take(struct io *io, void *to, size_t n);

/* --- open files ------------------------------------------------------------------------------- */
/* What an open file can do; a missing function gives the errno that Linux gives. `offset` points
 * to the file's own offset or to a caller's. The results of poll are EPOLLIN, EPOLLOUT, ... */
struct file_ops {
    int (*open)(struct file *f);                 /* a device or synthetic file is being opened */
    ssize_t (*read)(struct file *f, struct io *to, u64 *offset);
    ssize_t (*write)(struct file *f, struct io *from, u64 *offset);
    i64 (*ioctl)(struct file *f, u32 command, uptr argument);
    u32 (*poll)(struct file *f);                 /* ready now */
    struct wait_queue *(*queue)(struct file *f); /* woken when that changes; NULL = always ready,
                                                    and epoll_ctl answers EPERM */
    void (*release)(struct file *f);             /* last reference gone */
    /* lseek's SEEK_DATA and SEEK_HOLE: the first such byte at or after `from`. Missing: all is
     * data. */
    i64 (*find)(struct file *f, u64 from, bool hole);
    bool seekable;
    bool unmoved; /* lseek answers 0 and moves nothing */
};

struct file {
    u32 references;  /* atomic */
    u32 flags;       /* O_ACCMODE, O_APPEND, O_NONBLOCK, O_PATH, ... as F_GETFL shows them */
    u64 offset;      /* LOCK_INODE of its inode */
    const struct file_ops *ops;
    struct inode *inode; /* referenced; every open file has one */
    void *private;
    struct list epoll_items; /* registrations (poll/epoll.c), removed by the last close */
    bool locked;             /* holds a lock of flock(2): the last close drops it */
};

/* A new open file on `inode` (takes a reference of its own). NULL when memory is out. */
struct file *file_new(struct inode *inode, const struct file_ops *ops, u32 flags);
/* The same in a block of the heap that is there already. */
void file_begin(struct file *f, struct inode *inode, const struct file_ops *ops, u32 flags);
/* One without a name in the tree: a pipe's end, an eventfd, an epoll set. `label` is what
 * /proc/self/fd shows, e.g. "anon_inode:[eventpoll]". */
struct file *file_new_anonymous(const char *label, u32 mode, const struct file_ops *ops, u32 flags);
struct file *file_get(struct file *f);
void file_put(struct file *f); /* no lock may be held */
/* Access mode 3 opens a device for ioctl only: open(2). */
static inline bool file_readable(const struct file *f) {
    return (f->flags & O_ACCMODE) == O_RDONLY || (f->flags & O_ACCMODE) == O_RDWR;
}
static inline bool file_writable(const struct file *f) {
    return (f->flags & O_ACCMODE) == O_WRONLY || (f->flags & O_ACCMODE) == O_RDWR;
}

/* --- descriptors (fs/fd.c) -------------------------------------------------------------------- */
struct file *fd_get(int fd);     /* referenced; NULL = EBADF, also for O_PATH descriptors */
struct file *fd_get_any(int fd); /* O_PATH descriptors too */
int fd_install(struct file *f, u32 fd_flags); /* lowest free; takes the reference; -EMFILE */
/* For calls that must not have done anything when no descriptor is left: the lowest free one, or -EMFILE. It is
 * nobody's until it gets a file (taking the reference), or is given back with NULL. */
int fd_reserve(void);
void fd_settle(int fd, struct file *f, u32 fd_flags);
int fd_limit(void);                           /* RLIMIT_NOFILE soft limit */
void fd_get_limit(u64 *soft, u64 *hard);
int fd_set_limit(u64 soft, u64 hard);
u32 fd_count(void);

/* --- inodes ----------------------------------------------------------------------------------- */
/* The file system an inode counts as living in: st_dev, statfs, EXDEV. */
enum fs_kind { FS_ROOT, FS_DEV, FS_PROC, FS_SYS, FS_ANONYMOUS };

#define FILE_LIMIT 0x7fffffffffffffffull /* no byte is there, or further */

/* Kinds keep their own fields around it: fs/directory.h, fs/regular.h, fs/synthetic.h. */
struct inode_ops;
struct entry;
struct inode {
    u32 references; /* atomic: names, open files, mappings */
    u32 mode;       /* S_IFMT | permissions */
    u64 number;
    u64 size;
    u32 links, uid, gid;
    u32 rdev;
    i64 atime_ns, mtime_ns, ctime_ns;
    const struct inode_ops *ops;
    const struct file_ops *file_ops; /* for opening it */
    struct entry *entry; /* newest name in the tree, LOCK_NAMESPACE; NULL = none, or deleted */
    struct spinlock lock; /* LOCK_INODE */
    u8 fs;                /* enum fs_kind */
    bool no_write;        /* the running program: ETXTBSY */
};

struct inode_ops {
    /* For mmap: the page that holds `index`, to be mapped as it is (borrowed). 0 = none there
     * (beyond the end, or must be copied: then mem/ calls copy_page). Takes LOCK_FILEPAGES at
     * most. With `allocate` a hole, or a page of the tar, becomes a page of the file: shared
     * mappings, readable ones too, always ask with `allocate`, so that all see one page. */
    pa_t (*page)(struct inode *inode, u64 index, bool allocate);
    int (*copy_page)(struct inode *inode, u64 index,
                     void *to); /* fills 4 KiB, zero after the end */
    /* Directories whose entries are made on demand (/proc/self/fd). Referenced inode, or NULL. */
    struct inode *(*lookup)(struct inode *dir, const char *name, size_t len);
    /* The first entry at position >= *position; false at the end. The name is copied to `name`. */
    bool (*list)(struct inode *dir, u64 *position, char name[256], u64 *number, u32 *mode);
    /* Symbolic links: the text, at most `size` bytes, without NUL; and, for links that are more
     * than their text (/proc/self/fd/3), the referenced inode itself. */
    ssize_t (*readlink)(struct inode *inode, char *out, size_t size);
    struct inode *(*follow)(struct inode *inode);
    void (*free)(struct inode *inode); /* last reference gone: frees the whole kind */
};

static inline bool inode_is(const struct inode *inode, u32 type) {
    return (inode->mode & S_IFMT) == type;
}

struct inode *inode_get(struct inode *inode);
void inode_put(struct inode *inode);
/* Path of its newest name with a NUL; ends in "(deleted)" when it has none. Its length, or
 * -ENAMETOOLONG with `out` undefined. Takes LOCK_NAMESPACE. */
ssize_t inode_path(struct inode *inode, char *out, size_t size);

/* --- start ------------------------------------------------------------------------------------ */
void files_init(void); /* tree, /dev, /proc, /sys, the tar, descriptors 0 1 2 on the console, cwd */
/* A read-only file whose bytes lie in memory, page-aligned: the program itself as /app. */
int file_add_memory(const char *path, u32 mode, pa_t start, u64 size);
struct inode *files_lookup_inode(const char *path); /* referenced; NULL */
