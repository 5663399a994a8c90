/* One entry of a tar archive: POSIX.1-1988 ustar, POSIX.1-2001 pax, GNU long names.
 * fs/tar-header.c */
#pragma once
#include "types.h"

struct slice {
    const char *at; /* no NUL */
    size_t len;
};

enum tar_type {
    TAR_FILE = '0',
    TAR_HARD_LINK = '1',
    TAR_SYMLINK = '2',
    TAR_DIRECTORY = '5',
};

/* Everything points into the archive. */
struct tar_entry {
    struct slice prefix, name; /* the path is prefix/name, or name alone */
    struct slice target;       /* of links */
    const u8 *data;
    u64 size;
    u32 mode, uid, gid;
    i64 mtime_ns;
    char type;                 /* enum tar_type, or one that is not kept (devices, fifos) */
};

struct tar_reader {
    const u8 *at, *end;
    const char *problem; /* why it cannot be read on; at: the header where that is */
    bool named; /* of the entry being read: a pax or GNU header gave ... */
    bool targeted, sparse, sized, timed, uid_set, gid_set;
    struct tar_entry pending; /* ... these */
};

/* The next entry with its long names and sizes; false at the end, or where there is a problem. */
bool tar_next(struct tar_reader *reader, struct tar_entry *out);
