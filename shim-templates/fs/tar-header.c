/* Reading tar headers. See tar-header.h.
 *
 * Layout: POSIX.1-1988 section 10.1.1 (ustar); POSIX.1-2001 pax, "pax Header Block" and "pax
 * Extended Header"; GNU tar manual, "Basic Tar Format" for types L and K and for binary numbers.
 * Nothing is trusted: every size is held against the end of the archive. What the image's maker can see of it
 * beforehand is in generator/pack/tar-file.ts. */
#include "tar-header.h"
#include "string.h"

#define BLOCK 512u
#define LAST_SECOND 9000000000ull /* in the year 2255: what 64 bits of nanoseconds can say */
#define TYPE_PAX 'x'
#define TYPE_PAX_GLOBAL                                                                            \
    'g' /* defaults for all that follow: in practice a comment, git's commit id */
#define TYPE_LONG_NAME 'L'
#define TYPE_LONG_TARGET 'K'
#define TYPE_SPARSE 'S'
#define SPARSE_KEYS "GNU.sparse."

struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
    char type;
    char target[100], magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155],
        pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "tar header");

static struct slice field(const char *text, size_t size) {
    return (struct slice){.at = text, .len = strnlen(text, size)};
}

/* Octal text, or with the top bit of the first byte set a big-endian binary number (GNU). */
__attribute__((noinline)) static u64 number(const char *text, size_t size) {
    u64 value = 0;
    if (text[0] & 0x80) {
        for (size_t i = 1; i < size; i++) value = value << 8 | (u8)text[i];
        return value;
    }
    size_t i = 0;
    while (i < size && text[i] == ' ') i++;
    for (; i < size && text[i] >= '0' && text[i] <= '7'; i++)
        value = value * 8 + (u64)(text[i] - '0');
    return value;
}
#define NUMBER(f) number(f, sizeof f)

__attribute__((noinline)) static u64 decimal(struct slice *s) {
    u64 value = 0;
    for (; s->len && *s->at >= '0' && *s->at <= '9'; s->at++, s->len--)
        value = value * 10 + (u64)(*s->at - '0');
    return value;
}

/* Seconds with a fraction, perhaps before 1970. */
__attribute__((noinline)) static i64 time_of(struct slice s) {
    bool negative = s.len && *s.at == '-';
    if (negative) s.at++, s.len--;
    u64 seconds = decimal(&s);
    i64 ns = (i64)MIN(seconds, LAST_SECOND) * NS_PER_SEC;
    if (s.len && *s.at == '.') s.at++, s.len--;
    for (i64 unit = NS_PER_SEC / 10; s.len && unit && *s.at >= '0' && *s.at <= '9';
         s.at++, s.len--, unit /= 10)
        ns += (*s.at - '0') * unit;
    return negative ? -ns : ns;
}

/* --- pax records: "LENGTH KEY=VALUE\n" -------------------------------------------------------- */

static bool key_is(struct slice key, const char *name) {
    return key.len == strlen(name) && memcmp(key.at, name, key.len) == 0;
}

static void pax_record(struct tar_reader *r, struct slice key, struct slice value) {
    struct tar_entry *e = &r->pending;
    if (key_is(key, "path")) e->name = field(value.at, value.len), r->named = true;
    else if (key_is(key, "linkpath")) e->target = field(value.at, value.len), r->targeted = true;
    else if (key.len >= sizeof SPARSE_KEYS - 1 && !memcmp(key.at, SPARSE_KEYS, sizeof SPARSE_KEYS - 1)) r->sparse = true;
    else if (key_is(key, "size")) e->size = decimal(&value), r->sized = true;
    else if (key_is(key, "mtime")) e->mtime_ns = time_of(value), r->timed = true;
    else if (key_is(key, "uid")) e->uid = (u32)decimal(&value), r->uid_set = true;
    else if (key_is(key, "gid")) e->gid = (u32)decimal(&value), r->gid_set = true;
}

/* False: a length is none. */
static bool pax_records(struct tar_reader *r, const char *at, u64 size) {
    while (size > 0) {
        struct slice rest = {.at = at, .len = size};
        u64 length = decimal(&rest);
        if (length > size || length <= (u64)(rest.at - at) + 1) return false;
        struct slice key = {.at = rest.at + 1};
        const char *last = at + length - 1; // the newline
        while (key.at + key.len < last && key.at[key.len] != '=') key.len++;
        if (key.at + key.len < last) {
            const char *value = key.at + key.len + 1;
            pax_record(r, key, (struct slice){.at = value, .len = (size_t)(last - value)});
        }
        at += length;
        size -= length;
    }
    return true;
}

/* --- entries ---------------------------------------------------------------------------------- */

static bool checksum_ok(const struct header *h) {
    u32 sum = 0;
    for (u32 i = 0; i < BLOCK; i++) {
        bool own = i >= offsetof(struct header, checksum) && i < offsetof(struct header, type);
        sum += own ? ' ' : ((const u8 *)h)[i];
    }
    return sum == NUMBER(h->checksum);
}

/* What the header says, unless an extended header before it said better. */
static void fill(const struct tar_reader *r, const struct header *h, struct tar_entry *e) {
    bool ustar = memcmp(h->magic, "ustar", 5) == 0;
    bool posix = ustar && h->magic[5] == 0; // GNU's old format uses the prefix for other things
    u64 seconds = NUMBER(h->mtime);
    *e = r->pending;
    if (!r->named) e->name = field(h->name, sizeof h->name);
    if (!r->named && posix) e->prefix = field(h->prefix, sizeof h->prefix);
    if (!r->targeted) e->target = field(h->target, sizeof h->target);
    if (!r->timed) e->mtime_ns = (i64)MIN(seconds, LAST_SECOND) * NS_PER_SEC;
    if (!r->uid_set) e->uid = (u32)NUMBER(h->uid);
    if (!r->gid_set) e->gid = (u32)NUMBER(h->gid);
    e->mode = (u32)NUMBER(h->mode) & 07777;
    bool directory = e->name.len > 0 && e->name.at[e->name.len - 1] == '/';
    e->type = h->type == 0 || h->type == '7' ? TAR_FILE : h->type;
    if (e->type == TAR_FILE && directory)
        e->type = TAR_DIRECTORY; // as archives before ustar say it
}

/* Of entries that have contents; the others' sizes mean nothing. */
static bool has_contents(char type) { return type < TAR_HARD_LINK || type > '6'; }
static bool is_for_next(char type) { return type == TYPE_PAX || type == TYPE_LONG_NAME || type == TYPE_LONG_TARGET; }

/* The contents of a header that speaks of the next one. */
static bool note(struct tar_reader *r, char type, const u8 *data, u64 size) {
    struct slice text = field((const char *)data, size);
    if (type == TYPE_PAX) return pax_records(r, (const char *)data, size);
    if (type == TYPE_LONG_NAME) r->pending.name = text, r->named = true;
    else r->pending.target = text, r->targeted = true;
    return true;
}

static bool give_up(struct tar_reader *r, const char *problem) {
    r->problem = problem;
    return false;
}

bool tar_next(struct tar_reader *r, struct tar_entry *out) {
    while (r->end - r->at >= (i64)BLOCK) {
        const struct header *h = (const void *)r->at;
        if (h->name[0] == 0 && NUMBER(h->checksum) == 0) return false; // an end block
        if (!checksum_ok(h)) return give_up(r, "there is no tar header");
        const u8 *data = r->at + BLOCK;
        u64 size = has_contents(h->type) ? NUMBER(h->size) : 0;
        if (size > (u64)(r->end - data)) return give_up(r, "there is a file that is cut off");
        const u8 *after = size + BLOCK - 1 > (u64)(r->end - data) ? r->end : data + ALIGN_UP(size, BLOCK);
        if (is_for_next(h->type) || h->type == TYPE_PAX_GLOBAL) {
            if (is_for_next(h->type) && !note(r, h->type, data, size)) return give_up(r, "there are pax records of wrong lengths");
            r->at = after;
            continue;
        }
        if (h->type == TYPE_SPARSE || r->sparse)
            return give_up(r, "there is a sparse file: make the archive without them (GNU tar: without -S)");
        if (has_contents(h->type) && r->sized && r->pending.size != size)
            return give_up(r, "there is a file of two sizes, its header's and that of a pax record");
        fill(r, h, out);
        out->data = data;
        out->size = size;
        *r = (struct tar_reader){.at = after, .end = r->end};
        return true;
    }
    return false;
}
