/* The tar index: prints the tree that an archive makes, or with a seed mounts damaged copies of
 * it, which must end well whatever they make. Usage: tar.test ARCHIVE [SEED ROUNDS] */
#include "print-tree.test.h"
#include "tar.h"

int open(const char *path, int flags, ...);
ssize_t read(int fd, void *to, size_t n);
int atoi(const char *s);

#define ARCHIVE_LIMIT (4 * MIB)

static u32 refusals;

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
    static void *resume[5];
    quiet = 1, after_refusal = resume;
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
        if (__builtin_setjmp(resume) == 0) mount(damaged, size - (seed >> 30) % 2000);
        else refusals++, printf("\n");
    }
    printf("%s\n", entries && refusals ? "survived" : "nothing was read, or refused");
    return 0;
}
