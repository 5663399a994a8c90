/* The tar index: prints the tree that an archive makes, or with a seed mounts damaged copies of
 * it, which must end well whatever they make. Usage: tar.test ARCHIVE [SEED ROUNDS] */
#include "host.test.h"
#include "string.h"
#include "sys.h"
#include "tar.h"
#include "tree.h"
#include "walk.h"

int open(const char *path, int flags, ...);
ssize_t read(int fd, void *to, size_t n);
int atoi(const char *s);

#define ARCHIVE_LIMIT (4 * MIB)

static u32 quiet, entries, sum;
static u8 bytes[70000];

static u32 checksum(const u8 *at, long n) {
    u32 hash = 2166136261u;
    for (long i = 0; i < n; i++) hash = (hash ^ at[i]) * 16777619u;
    return hash;
}

static void print_one(int dir, const char *name, const char *path) {
    struct abi_stat s;
    if (sys_newfstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW)) return;
    u32 type = s.st_mode & S_IFMT;
    long n = 0;
    if (type == S_IFLNK) {
        n = sys_readlinkat(dir, name, (struct user_buf){(u64)bytes, 4096}, 4096);
    } else if (type == S_IFREG) {
        int fd = (int)sys_openat(dir, name, O_RDONLY, 0);
        n = sys_read(fd, (struct user_buf){(u64)bytes, sizeof bytes}, sizeof bytes);
        sys_close(fd);
    }
    sum += checksum(bytes, n);
    entries++;
    if (quiet) return;
    printf("%s %o %lu %ld %lu.%lu ", path, s.st_mode, type == S_IFDIR ? 0 : s.st_nlink, type == S_IFDIR ? 0 : s.st_size,
           s.st_mtime, s.st_mtime_nsec);
    if (type == S_IFLNK) printf("-> %.*s\n", (int)n, (char *)bytes);
    else printf("%08x\n", type == S_IFREG ? checksum(bytes, n) : 0);
}

static void print_tree(int dir, const char *path) {
    static u32 depth;
    u8 records[4096];
    long n;
    if (++depth < 100) {
        while ((n = sys_getdents64(dir, (struct user_buf){(u64)records, sizeof records}, sizeof records)) > 0) {
            for (long at = 0; at < n; at += ((struct abi_linux_dirent64 *)(records + at))->d_reclen) {
                const char *name = (char *)records + at + offsetof(struct abi_linux_dirent64, d_type) + 1;
                if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
                char below_path[5000];
                format_into(below_path, sizeof below_path, "%s/%s", path, name);
                print_one(dir, name, below_path);
                int below = (int)sys_openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
                if (below >= 0) print_tree(below, below_path);
                sys_close(below);
            }
        }
    }
    depth--;
}

static void mount(const u8 *archive, u64 size) {
    tree_root = directory_new(0755, FS_ROOT, NULL);
    cwd_set(&tree_root->inode);
    tar_mount(archive, size);
    int root = (int)sys_openat(AT_FDCWD, "/", O_RDONLY, 0);
    print_tree(root, "");
    sys_close(root);
}

/* Bytes that decide something: digits, slashes, dots, type letters, and any other. */
static u8 some_byte(u64 *seed) {
    static const char likely[] = "01257xgLK/./.\0\x80\xff ";
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    u32 r = (u32)(*seed >> 40);
    return r & 1 ? (u8)likely[(r >> 1) % sizeof likely] : (u8)(r >> 1);
}

/* With its checksum made good again, so that the damage is looked at. */
static void mend_checksum(u8 *block) {
    u32 total = 0;
    memset(block + 148, ' ', 8);
    for (u32 i = 0; i < 512; i++) total += block[i];
    format_into((char *)block + 148, 8, "%06o", total);
}

int main(int argc, char **argv) {
    static u8 archive[ARCHIVE_LIMIT], damaged[ARCHIVE_LIMIT];
    u64 size = 0;
    ssize_t n;
    int fd = open(argv[1], O_RDONLY);
    while ((n = read(fd, archive + size, ARCHIVE_LIMIT - size)) > 0) size += (u64)n;
    if (argc < 4) {
        mount(archive, size);
        return 0;
    }
    quiet = 1;
    u64 seed = (u64)atoi(argv[2]);
    for (int round = atoi(argv[3]); round > 0; round--) {
        memcpy(damaged, archive, size);
        for (u32 i = 0; i < 20; i++) {
            some_byte(&seed);
            u64 block = (seed >> 20) % (size / 512) * 512, at = (seed >> 50) % 512;
            damaged[block + at] = some_byte(&seed);
            mend_checksum(damaged + block);
        }
        some_byte(&seed);
        mount(damaged, size - (seed >> 30) % 2000);
    }
    printf("%s\n", entries ? "survived" : "nothing was read");
    return 0;
}
