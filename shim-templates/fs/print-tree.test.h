/* For test programs: the whole tree, each name looked up, each file and link read. */
#pragma once
#include "host.test.h"
#include "string.h"
#include "sys.h"
#include "tree.h"
#include "walk.h"

/* What was read; `quiet`: nothing is printed. */
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
    printf("%s %o %lu %ld %lu.%lu ", path, s.st_mode, type == S_IFDIR ? 0 : (u64)s.st_nlink, type == S_IFDIR ? 0 : (long)s.st_size,
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
