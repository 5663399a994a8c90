/* The loader as a program of the build machine, for proofs/hostile: what it says of damaged images. Arguments: files to
 * damage. On standard input, for each image: u32 of the file's number, the image's bytes, how many patches; then for
 * each patch u32 of its place, its bytes, and these. On standard output a line for each: the sentence that refuses it, or its
 * size as the kernel finds it, and with an archive that one's size, entries and a sum over what they hold.
 *
 * An unmapped page follows the image, and an archive is mounted where malloc put it: under AddressSanitizer no byte
 * around it is read unseen. */
#include "../fs/print-tree.test.h"
#include "../fs/regular.h"
#include "../fs/tar.h"
#include "elf.h"
#include "tar-check.h"

ssize_t read(int, void *, size_t);
int open(const char *, int, ...);
void *mmap(void *, size_t, int, int, int, long);
int mprotect(void *, size_t, int);
void *malloc(size_t);
int fflush(void *);

static const struct nameplate plate = {.arch = MACHINE};
const struct nameplate *nameplate = &plate;
void log_printf(const char *format, ...) {}

#define FILES 8
#define ROOM (8 * MIB)

static struct {
    u8 *end, *copy; /* of the room, behind which nothing is mapped; of the file, not damaged */
    size_t size;
} files[FILES];

static size_t read_fully(int fd, void *to, size_t size) {
    size_t done = 0;
    for (ssize_t n; done < size && (n = read(fd, (u8 *)to + done, size - done)) > 0;) done += (size_t)n;
    return done;
}

static u32 word(void) {
    u32 value;
    if (read_fully(0, &value, sizeof value) != sizeof value) exit(0);
    return value;
}

static void load(u32 i, const char *path) {
    u8 *room = mmap(NULL, ROOM + PAGE_SIZE, 3, 0x22, -1, 0);
    mprotect(room + ROOM, PAGE_SIZE, 0);
    files[i].end = room + ROOM;
    files[i].copy = malloc(ROOM);
    files[i].size = read_fully(open(path, 0), files[i].copy, ROOM);
    memcpy(files[i].end - files[i].size, files[i].copy, files[i].size);
}

/* As files_init() does it, with the names that the kernel adds to those of the archive. */
static void mount(const u8 *archive, u64 size) {
    u8 *alone = malloc(size);
    memcpy(alone, archive, size);
    tree_root = directory_new(0755, FS_ROOT, NULL);
    cwd_set(&tree_root->inode);
    tar_mount(alone, size);
    tree_mount("/proc", 0555, FS_PROC);
    tree_add_directory("/proc/1/fd", 0555);
    tree_add_link("/proc/self", "1");
    tree_add_directory("/tmp", 01777);
    tree_add_file("/etc/passwd", 0644, "root");
    tree_add("/app", regular_new_on(0755, FS_ROOT, alone, size));
    entries = sum = 0;
    int root = (int)sys_openat(AT_FDCWD, "/", O_RDONLY, 0);
    print_tree(root, "");
    sys_close(root);
}

static void *resume[5];

static void judge(const u8 *bytes, u64 size) {
    struct elf_file file = {bytes, size, true};
    if (__builtin_setjmp(resume)) return;
    u64 end = elf_check(&file);
    if (!tar_recognise(bytes + end, size - end)) {
        printf("%lu", end);
        return;
    }
    u64 extent = tar_extent(bytes + end, size - end);
    mount(bytes + end, extent);
    printf("%lu %lu %u %08x", end, extent, entries, sum);
}

int main(int argc, char **argv) {
    for (u32 i = 0; i + 1 < (u32)argc && i < FILES; i++) load(i, argv[i + 1]);
    after_refusal = resume, quiet = 1;
    for (;;) {
        u32 which = word(), size = word(), patches = word();
        u8 *end = files[which].end, *start = end - size;
        bool moved = size != files[which].size;
        // it ends where nothing is mapped, also if it is shorter
        if (moved) memcpy(start, files[which].copy, size);
        for (; patches > 0; patches--) {
            u32 at = word(), length = word();
            read_fully(0, start + at, length);
        }
        judge(start, size);
        printf("\n");
        fflush(NULL);
        memcpy(end - files[which].size, files[which].copy, files[which].size);
    }
}
