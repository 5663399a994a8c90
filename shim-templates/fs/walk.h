/* From a path to a place in the tree. fs/walk.c */
#pragma once
#include "directory.h"

#define NAME_LIMIT 255u
#define PATH_LIMIT 4096u

enum walk_flags {
    WALK_FOLLOW = 1, /* a symbolic link at the end is followed */
    WALK_CREATE = 2, /* the last name may be missing */
    WALK_PARENT =
        4, /* it may be missing, and is never followed: the call changes the name itself */
    WALK_LONG = 8, /* its length is the caller's to judge, by place_is_long */
};

enum last_kind {
    LAST_NAME,
    LAST_DOT,
    LAST_DOTDOT,
    LAST_ROOT, /* nothing but slashes */
    LAST_JUMP, /* the end of a link that is more than its text: /proc/self/fd/3 */
};

struct place {
    struct inode *dir;   /* referenced: where the last name is, or would be */
    struct inode *inode; /* referenced; NULL: no such name */
    const char *name;    /* last name, no NUL; lives as long as the place and the path */
    size_t len;
    enum last_kind kind;
    bool slash;          /* the path ended in a slash */
    char *buffer;
};

int walk(int dirfd, const char *path, u32 flags, struct place *out);
void place_put(struct place *p);
static inline bool place_is_long(const struct place *p) { return p->len > NAME_LIMIT; }

/* The inode that a path and AT_ flags name: AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW. Referenced. */
int inode_at(int dirfd, const char *path, u32 at_flags, struct inode **out);
/* One name of a directory of any kind; referenced, or NULL. */
struct inode *directory_lookup(struct inode *dir, const char *name, size_t len);

/* Where relative paths start. Referenced. */
struct inode *cwd_get(void);
void cwd_set(struct inode *inode);
