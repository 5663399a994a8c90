/* The tree against the real thing: random calls with the same arguments are made on this
 * kernel's files and on the host's (a tmpfs if there is one), and every result, errno, byte and
 * directory listing must be the same. Usage: tree.test SEED STEPS DIRECTORY (empty, on the host;
 * the host must be x86-64 Linux). Long because it makes every call that changes or shows the
 * tree, a few lines each. */
#include "host.test.h"
#include "names.h"
#include "string.h"
#include "sys.h"
#include "tree.h"

int atoi(const char *s);

static u64 seed;
static char top[600];
static u32 step;
static bool with_fallocate; /* it makes pages that are data here, and holes on Linux until written */

static u32 random_below(u32 n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (u32)(seed >> 20) % n;
}

static long host(long nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
    long result = syscall(nr, a, b, c, d, e, f);
    return result == -1 ? -(long)*__errno_location() : result;
}

static const char *doing;
static char detail[5000];

static void differ(const char *what, long ours, long theirs) {
    printf("step %u: %s(%s): %s %ld, on the host %ld\n", step, doing, detail, what, ours, theirs);
    exit(1);
}

static long same(long ours, long theirs) {
    if (ours != theirs) differ("result", ours, theirs);
    return ours;
}

static void describe(const char *name, const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    __builtin_va_end(args);
    doing = name;
}

/* Numbers of x86-64: arch/x86/entry/syscalls/syscall_64.tbl */
enum nr {
    NR_fstat = 5, NR_lseek = 8, NR_read = 0, NR_write = 1, NR_close = 3, NR_pread64 = 17, NR_pwrite64 = 18, NR_dup = 32,
    NR_sendfile = 40, NR_fcntl = 72, NR_flock = 73, NR_truncate = 76, NR_ftruncate = 77, NR_getcwd = 79, NR_chdir = 80,
    NR_fchdir = 81, NR_umask = 95, NR_getdents64 = 217, NR_openat = 257, NR_mkdirat = 258, NR_fchownat = 260,
    NR_newfstatat = 262, NR_unlinkat = 263, NR_linkat = 265, NR_symlinkat = 266, NR_readlinkat = 267, NR_fchmodat = 268,
    NR_utimensat = 280, NR_fallocate = 285, NR_dup3 = 292, NR_renameat2 = 316, NR_copy_file_range = 326,
    NR_close_range = 436, NR_faccessat2 = 439,
};
#define A(x) ((u64)(x))
#define BOTH(call, ...) same(sys_##call(__VA_ARGS__), HOST(call, __VA_ARGS__, 0, 0, 0, 0, 0))
#define HOST(call, a, b, c, d, e, f, ...) host(NR_##call, A(a), A(b), A(c), A(d), A(e), A(f))

/* Arguments are evaluated twice. */
/* --- what to do it to ------------------------------------------------------------------------- */

#define PATHS 2
static char paths[PATHS][1200];
static u8 ours[65536], theirs[65536];

static const char *some_path(u32 which) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", ".", "..", "longer-name-than-the-others"};
    char *p = paths[which];
    u32 n = 0;
    if (random_below(12) == 0) {
        memcpy(p, top, strlen(top));
        n = (u32)strlen(top);
        p[n++] = '/';
    }
    for (u32 parts = 1 + random_below(3); parts > 0; parts--) {
        const char *name = names[random_below(random_below(4) ? 6 : COUNT(names))];
        u32 length = random_below(100) ? (u32)strlen(name) : 255 + (u32)random_below(2);
        memset(p + n, 'n', length);
        memcpy(p + n, name, MIN(length, strlen(name)));
        n += length;
        if (parts > 1 || random_below(16) == 0) p[n++] = '/';
        if (random_below(40) == 0 && p[n - 1] == '/') p[n++] = '/';
    }
    if (random_below(200) == 0) n = 0;
    p[n] = 0;
    return p;
}

static int some_fd(void) { return random_below(50) ? (int)random_below(14) + 3 : -1; } // 0 to 2 are not the same
static int some_dirfd(void) { return random_below(4) ? AT_FDCWD : some_fd(); }
static u64 some_offset(void) { return random_below(3) ? random_below(20000) : random_below(8) ? random_below(1 << 20) : (u64)-5; }
static i64 some_edge(void) {
    static const i64 edges[] = {INT64_MAX, INT64_MAX - 1, INT64_MAX - 4095, -1, -4096, INT64_MIN};
    return edges[random_below(COUNT(edges))];
}

/* --- comparing more than a number ------------------------------------------------------------- */

static void compare_stat(const struct abi_stat *a, const struct abi_stat *b) {
    if (a->st_mode != b->st_mode) differ("st_mode", a->st_mode, b->st_mode);
    if (a->st_nlink != b->st_nlink) differ("st_nlink", (long)a->st_nlink, (long)b->st_nlink);
    if (a->st_uid != b->st_uid || a->st_gid != b->st_gid) differ("owner", a->st_uid, b->st_uid);
    if ((a->st_mode & S_IFMT) == S_IFDIR) return;
    if (a->st_size != b->st_size) differ("st_size", a->st_size, b->st_size);
}

static bool exchanged(u8 *list[], u32 i) { // sorts names: one bubble
    if (strcmp((char *)list[i], (char *)list[i + 1]) <= 0) return false;
    u8 *t = list[i];
    list[i] = list[i + 1];
    list[i + 1] = t;
    return true;
}

static u32 names_of(u8 *records, long size, u8 *list[]) {
    u32 n = 0;
    for (long at = 0; at < size; at += ((struct abi_linux_dirent64 *)(records + at))->d_reclen)
        list[n++] = records + at + offsetof(struct abi_linux_dirent64, d_type); // the type, then the name
    for (bool again = n > 1; again;) {
        again = false;
        for (u32 i = 0; i + 1 < n; i++) again = exchanged(list, i) || again;
    }
    return n;
}

static void list_directory(int fd) {
    describe("getdents64", "%d", fd);
    long a = 0, b = 0, n;
    sys_lseek(fd, 0, SEEK_SET);
    host(NR_lseek, A(fd), 0, SEEK_SET, 0, 0, 0);
    u32 room = 300 + random_below(400); // the order is each system's own: the longest name fits in
    while ((n = sys_getdents64(fd, (struct user_buf){A(ours + a), room}, room)) > 0) a += n;
    long end = n;
    while ((n = host(NR_getdents64, A(fd), A(theirs + b), room, 0, 0, 0)) > 0) b += n;
    same(end, n);
    u8 *our_names[400], *their_names[400];
    u32 count = names_of(ours, a, our_names);
    if (count != names_of(theirs, b, their_names)) differ("bytes", a, b);
    for (u32 i = 0; i < count; i++)
        if (strcmp((char *)our_names[i], (char *)their_names[i])) differ((char *)our_names[i] + 1, *our_names[i], *their_names[i]);
}

static void check_contents(int fd, u64 at, u64 n) {
    describe("contents", "%d, %lu, %lu", fd, at, n);
    long got = same(sys_pread64(fd, (struct user_buf){A(ours), n}, n, (i64)at), host(NR_pread64, A(fd), A(theirs), n, at, 0, 0));
    for (long i = 0; i < got; i++)
        if (ours[i] != theirs[i]) differ("byte", (long)at + i, theirs[i]);
}

/* --- one random call each --------------------------------------------------------------------- */

static void do_open(void) {
    static const u32 often[] = {O_CREAT, O_CREAT | O_TRUNC, O_CREAT | O_EXCL, 0, 0, O_DIRECTORY, O_APPEND, O_CREAT | O_APPEND};
    u32 flags = often[random_below(COUNT(often))] | random_below(3);
    if (random_below(10) == 0) flags |= O_NOFOLLOW;
    if (random_below(20) == 0) flags |= O_PATH;
    int dir = some_dirfd();
    const char *path = some_path(0);
    u32 mode = 0600 + random_below(0200);
    describe("openat", "%d, %s, %#x", dir, path, flags);
    BOTH(openat, dir, path, flags, mode);
}

static void do_close(void) {
    int fd = some_fd();
    describe("close", "%d", fd);
    if (fd > 2) BOTH(close, fd);
}

static void do_write(void) {
    int fd = some_fd();
    u64 n = random_below(random_below(4) ? 300 : 12000), at = some_offset();
    for (u64 i = 0; i < n; i++) theirs[i] = (u8)random_below(256);
    struct user_buf buf = {A(theirs), n};
    bool whole = random_below(2);
    describe(whole ? "write" : "pwrite64", "%d, %lu, %ld", fd, n, (i64)at);
    if (whole) same(sys_write(fd, buf, n), host(NR_write, A(fd), A(theirs), n, 0, 0, 0));
    else same(sys_pwrite64(fd, buf, n, (i64)at), host(NR_pwrite64, A(fd), A(theirs), n, at, 0, 0));
    check_contents(fd, at > 100 ? at - 100 : 0, 1000);
}

static void do_read(void) {
    int fd = some_fd();
    u64 n = random_below(30000);
    describe("read", "%d, %lu", fd, n);
    long got = same(sys_read(fd, (struct user_buf){A(ours), n}, n), host(NR_read, A(fd), A(theirs), n, 0, 0, 0));
    if (got > 0 && memcmp(ours, theirs, (size_t)got)) differ("bytes", got, got);
    check_contents(fd, some_offset(), random_below(30000));
}

/* Positions in a directory are each system's own. */
static bool is_listing(int fd) {
    struct file *f = fd_get(fd);
    bool listing = f && inode_is(f->inode, S_IFDIR);
    if (f) file_put(f);
    return listing;
}

static void do_seek(void) {
    int fd = some_fd();
    u32 whence = random_below(with_fallocate ? 3 : 6);
    i64 at = random_below(6) ? (i64)some_offset() : random_below(3) ? -(i64)random_below(3000) : some_edge();
    describe("lseek", "%d, %ld, %u", fd, at, whence);
    if (!is_listing(fd)) BOTH(lseek, fd, at, whence);
}

static void do_size(void) {
    int fd = some_fd();
    i64 n = (i64)some_offset();
    const char *path = some_path(0);
    describe("truncate", "%d / %s, %ld", fd, path, n);
    // a negative length does not come to the bodies: the rows call it natural
    if (random_below(2)) same(n < 0 ? -EINVAL : sys_ftruncate(fd, n), HOST(ftruncate, fd, n, 0, 0, 0, 0, 0));
    else same(n < 0 ? -EINVAL : sys_truncate(path, n), HOST(truncate, path, n, 0, 0, 0, 0, 0));
    u32 mode = random_below(2), len = random_below(50000);
    describe("fallocate", "%d, %u, %ld, %u", fd, mode, n, len);
    if (with_fallocate && random_below(3) == 0) BOTH(fallocate, fd, mode, n, len);
}

static void do_names(void) {
    int dir = some_dirfd(), other = some_dirfd();
    const char *a = some_path(0), *b = some_path(1);
    u32 flags = random_below(10) ? 0 : random_below(4);
    switch (random_below(9)) {
    case 0:
    case 1: describe("mkdirat", "%d, %s", dir, a); BOTH(mkdirat, dir, a, 0777); break;
    case 2: describe("unlinkat", "%d, %s, dir", dir, a); BOTH(unlinkat, dir, a, AT_REMOVEDIR); break;
    case 3: describe("unlinkat", "%d, %s", dir, a); BOTH(unlinkat, dir, a, 0); break;
    case 4:
    case 5: describe("renameat2", "%d, %s, %d, %s, %u", dir, a, other, b, flags); BOTH(renameat2, dir, a, other, b, flags); break;
    case 6: flags = random_below(2) ? AT_SYMLINK_FOLLOW : random_below(8) ? 0 : AT_EMPTY_PATH;
            describe("linkat", "%d, %s, %d, %s, %#x", dir, a, other, b, flags); BOTH(linkat, dir, a, other, b, flags); break;
    case 7: describe("symlinkat", "%s, %d, %s", a, dir, b); BOTH(symlinkat, a, dir, b); break;
    case 8: describe("readlinkat", "%d, %s", dir, a);
            long n = same(sys_readlinkat(dir, a, (struct user_buf){A(ours), 600}, 600), host(NR_readlinkat, A(dir), A(a), A(theirs), 600, 0, 0));
            if (n > 0 && memcmp(ours, theirs, (size_t)n)) differ("text", n, n);
    }
}

static void do_stat(void) {
    struct abi_stat a = {0}, b = {0};
    static const u32 flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH};
    u32 how = flags[random_below(3)];
    int dir = some_dirfd();
    const char *path = how == AT_EMPTY_PATH && random_below(2) ? "" : some_path(0);
    describe("newfstatat", "%d, %s, %#x", dir, path, how);
    if (!same(sys_newfstatat(dir, path, &a, how), host(NR_newfstatat, A(dir), A(path), A(&b), how, 0, 0))) compare_stat(&a, &b);
    u32 mode = random_below(8);
    describe("faccessat2", "%d, %s, %u", dir, path, mode);
    BOTH(faccessat2, dir, path, mode, how);
}

static void do_attributes(void) {
    int dir = some_dirfd();
    const char *path = some_path(0);
    u32 mode = random_below(010000) & ~(u32)S_ISVTX; // in sticky directories Linux protects links: proc_sys_fs(5)
    u32 owner = random_below(3) - 1, how = random_below(2) ? AT_SYMLINK_NOFOLLOW : 0;
    describe("fchmodat", "%d, %s, %o", dir, path, mode);
    BOTH(fchmodat, dir, path, mode);
    if (random_below(3) == 0) {
        describe("fchownat", "%d, %s, %d", dir, path, (int)owner);
        BOTH(fchownat, dir, path, owner, owner, how);
    }
    struct abi_timespec times[2] = {{random_below(1 << 30), random_below(1000000000)}, {-(i64)random_below(1000), random_below(1000)}};
    describe("utimensat", "%d, %s", dir, path);
    if (BOTH(utimensat, dir, path, A(times), 0)) return;
    struct abi_stat a, b;
    if (sys_newfstatat(dir, path, &a, 0) || host(NR_newfstatat, A(dir), A(path), A(&b), 0, 0, 0)) differ("stat", 0, 0);
    if (a.st_atime != b.st_atime || a.st_atime_nsec != b.st_atime_nsec) differ("st_atime", (long)a.st_atime, (long)b.st_atime);
    if (a.st_mtime != b.st_mtime || a.st_mtime_nsec != b.st_mtime_nsec) differ("st_mtime", (long)a.st_mtime, (long)b.st_mtime);
}

static void do_cwd(void) {
    const char *path = random_below(3) ? some_path(0) : top;
    int fd = some_fd();
    describe("chdir", "%s / %d", path, fd);
    if (random_below(4)) BOTH(chdir, path);
    else BOTH(fchdir, fd);
    describe("getcwd", "%s", "");
    long n = same(sys_getcwd((struct user_buf){A(ours), 4096}, 4096), host(NR_getcwd, A(theirs), 4096, 0, 0, 0, 0));
    if (n > 0 && memcmp(ours, theirs, (size_t)n)) differ((char *)ours, n, n);
}

static void do_descriptors(void) {
    int a = some_fd(), b = some_fd();
    struct abi_flock lock = {.l_type = (i16)random_below(4), .l_whence = (i16)random_below(3), .l_start = (i64)some_offset(), .l_len = random_below(99)};
    u32 flags = O_APPEND * random_below(2) | O_NONBLOCK, cloexec = random_below(3), how = (1u << random_below(4)) | LOCK_NB;
    switch (random_below(9)) {
    case 0: describe("dup", "%d", a); BOTH(dup, a); break;
    case 1: describe("dup3", "%d, %d", a, b); if (b > 2) BOTH(dup3, a, b, 0); break;
    case 2: describe("fcntl F_DUPFD", "%d, %d", a, b); BOTH(fcntl, a, F_DUPFD, A(b)); break;
    case 3: describe("fcntl F_GETFL", "%d", a); BOTH(fcntl, a, F_GETFL, 0); break;
    case 4: describe("fcntl F_SETFL", "%d", a); BOTH(fcntl, a, F_SETFL, flags); break;
    case 5: describe("fcntl F_SETFD", "%d", a); BOTH(fcntl, a, F_SETFD, cloexec); BOTH(fcntl, a, F_GETFD, 0); break;
    case 6: describe("fcntl F_SETLK", "%d, %d, %d, %ld", a, lock.l_type, lock.l_whence, lock.l_start); if (!is_listing(a)) BOTH(fcntl, a, F_SETLK, A(&lock)); break;
    case 7: describe("flock", "%d, %u", a, how); BOTH(flock, a, how); break;
    case 8: if (a > 2) list_directory(a);
    }
}

static bool same_file(int a, int b) {
    struct abi_stat s, t;
    return !sys_fstat(a, &s) && !sys_fstat(b, &t) && s.st_ino == t.st_ino;
}

static void do_copy(void) {
    int a = some_fd(), b = some_fd();
    i64 at = random_below(5000), to = random_below(9000);
    u64 n = random_below(9000);
    if (random_below(20) == 0) at = some_edge();
    if (random_below(20) == 0) to = some_edge();
    if (random_below(20) == 0 && !is_listing(a)) n = (u64)some_edge();
    i64 at2 = at, to2 = to;
    bool own = random_below(2);
    describe("copy_file_range", "%d, %ld, %d, %ld, %lu", a, own ? -1 : at, b, to, n);
    same(sys_copy_file_range(a, own ? NULL : &at, b, own ? NULL : &to, n, 0),
         host(NR_copy_file_range, A(a), A(own ? NULL : &at2), A(b), A(own ? NULL : &to2), n, 0));
    if (at != at2 || to != to2) differ("offset", at, at2);
    check_contents(b, (u64)to, 5000);
    // Linux sends pages, not copies of them: into the file that they are from, the result is
    // anybody's guess
    if (same_file(a, b)) return;
    describe("sendfile", "%d, %d, %lu", b, a, n);
    same(sys_sendfile(b, a, own ? NULL : &at, n), host(NR_sendfile, A(b), A(a), A(own ? NULL : &at2), n, 0, 0));
    describe("sendfile then lseek", "%d, %d", a, b);
    if (!is_listing(a)) BOTH(lseek, a, 0, SEEK_CUR);
    check_contents(b, (u64)to, 5000);
}

/* A hundred directories down, so that no walk of `..` leaves the test's own directory. */
static void go_down(const char *directory) {
    u32 n = (u32)strlen(directory);
    memcpy(top, directory, n);
    for (u32 i = 0; i < 100; i++) {
        memcpy(top + n, "/x", 3);
        n += 2;
        host(NR_mkdirat, A(AT_FDCWD), A(top), 0755, 0, 0, 0);
    }
    tree_root = directory_new(0755, FS_ROOT, NULL);
    cwd_set(&tree_root->inode);
    tree_add_directory(top, 0755);
    host(NR_close_range, 3, UINT32_MAX, 0, 0, 0, 0); // what a shell left open
    host(NR_umask, 022, 0, 0, 0, 0, 0);
    describe("chdir", "%s", top);
    BOTH(chdir, top);
    while (fd_count() < 3) sys_openat(AT_FDCWD, top, O_RDONLY, 0);
}

/* Removes all that is below the working directory; pages and blocks that are then still there
 * are lost. */
static void remove_below(int dir) {
    struct found {
        u8 records[2048];
    } *list = calloc(1, sizeof *list);
    long n;
    sys_lseek(dir, 0, SEEK_SET);
    while ((n = sys_getdents64(dir, (struct user_buf){A(list), sizeof *list}, sizeof *list)) > 0) {
        for (long at = 0; at < n; at += ((struct abi_linux_dirent64 *)(list->records + at))->d_reclen) {
            const char *name = (char *)list->records + at + offsetof(struct abi_linux_dirent64, d_type) + 1;
            if (!strcmp(name, ".") || !strcmp(name, "..") || !sys_unlinkat(dir, name, 0)) continue;
            int below = (int)sys_openat(dir, name, O_RDONLY | O_DIRECTORY, 0);
            if (below >= 0) remove_below(below);
            sys_close(below);
            sys_unlinkat(dir, name, AT_REMOVEDIR);
        }
    }
    free(list);
}

int main(int argc, char **argv) {
    static void (*const calls[])(void) = {
        do_open, do_open, do_open, do_close, do_close, do_write, do_write, do_read, do_seek, do_size, do_names, do_names,
        do_names, do_names, do_stat, do_stat, do_attributes, do_cwd, do_descriptors, do_descriptors, do_copy,
    };
    with_fallocate = atoi(argv[1]) % 2;
    seed = (u64)atoi(argv[1]) * 0x9e3779b97f4a7c15 + 1;
    u32 steps = (u32)atoi(argv[2]);
    go_down(argv[3]);
    for (step = 0; step < steps; step++) {
        calls[random_below(COUNT(calls))]();
        if (ranks_held) panic("step %u: %s(%s) left locks %lx", step, doing, detail, ranks_held);
    }
    sys_close_range(0, UINT32_MAX, 0);
    sys_chdir("/");
    int root = (int)sys_openat(AT_FDCWD, "/", O_RDONLY, 0);
    remove_below(root);
    sys_close(root);
    // the root with its table, and the table of descriptors
    bool lost = live_pages != 0 || live_blocks > 4;
    printf("%u steps agree, %lu pages and %lu blocks are left\n", steps, live_pages, live_blocks);
    return lost;
}
