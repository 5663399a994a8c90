/* Calls that make something, where the heap is out at the first block, the second, and so on until they have enough: who
 * was refused finds the tree as it was, and nothing is left in memory. */
#include "host.test.h"
#include "names.h"
#include "string.h"
#include "sys.h"
#include "tree.h"

static const char *name_of(u32 which, u32 length) {
    static char names[2][256];
    memset(names[which], 'a' + (int)which, length);
    names[which][length] = '\0';
    return names[which];
}

static bool is_there(const char *name) {
    struct abi_stat stat;
    return sys_newfstatat(AT_FDCWD, name, &stat, AT_SYMLINK_NOFOLLOW) == 0;
}

enum maker { OPEN, MKDIR, SYMLINK, LINK, RENAME, MAKERS };
static const char *const titles[] = {"openat", "mkdirat", "symlinkat", "linkat", "renameat2"};

static long make(enum maker maker, const char *name) {
    switch (maker) {
    case OPEN: return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY, 0644);
    case MKDIR: return sys_mkdirat(AT_FDCWD, name, 0755);
    case SYMLINK: return sys_symlinkat(name_of(1, 200), AT_FDCWD, name);
    case LINK: return sys_linkat(AT_FDCWD, "old", AT_FDCWD, name, 0);
    default: return sys_renameat2(AT_FDCWD, "old", AT_FDCWD, name, 0);
    }
}

static long with_blocks(enum maker maker, const char *name, u64 blocks) {
    blocks_to_give = blocks;
    long result = make(maker, name);
    blocks_to_give = UINT64_MAX;
    return result;
}

#define WRONG(...) (printf(__VA_ARGS__), printf("\n"), exit(1))

static void check(enum maker maker, u32 length) {
    const char *name = name_of(0, length);
    // one name before: what a folder or the table of descriptors grows by is there
    sys_close((int)sys_openat(AT_FDCWD, "old", O_CREAT | O_WRONLY, 0644));
    u64 before = live_blocks;
    long result;
    u64 blocks = 0;
    while ((result = with_blocks(maker, name, blocks)) < 0) {
        if (result != -ENOMEM && result != -ENOSPC) WRONG("%s ends with %ld", titles[maker], result);
        if (is_there(name)) WRONG("%s with %lu blocks: refused, and there it is", titles[maker], blocks);
        if (maker == RENAME && !is_there("old")) WRONG("renameat2 with %lu blocks: gone", blocks);
        if (live_blocks != before) WRONG("%s with %lu blocks leaves %ld", titles[maker], blocks, (i64)(live_blocks - before));
        blocks++;
    }
    if (!is_there(name)) WRONG("%s: it is not there", titles[maker]);
    printf("%s, %u bytes: %lu blocks\n", titles[maker], length, blocks);
    if (maker == OPEN) sys_close((int)result);
    sys_unlinkat(AT_FDCWD, name, maker == MKDIR ? AT_REMOVEDIR : 0);
}

int main(void) {
    tree_root = directory_new(0755, FS_ROOT, NULL);
    cwd_set(&tree_root->inode);
    for (enum maker maker = 0; maker < MAKERS; maker++)
        for (u32 length = 1; length <= 255; length += 254) check(maker, length);
    return 0;
}
