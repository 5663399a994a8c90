/* Building the tree at boot: before there is a program, so without its permissions and limits. */
#include "tree.h"
#include "few-files.h"
#include "kept.h"
#include "log.h"
#include "regular.h"
#include "string.h"
#include "symlink.h"
#include "walk.h"

static NORETURN void no_memory_for_name(void) {
    refuse_to_boot("No memory is left for the names of the files. Give the machine more memory.");
}

/* Puts the name there, whatever it was before. */
static void put_name(struct place *p, struct inode *inode) {
    struct directory *dir = directory_of(p->dir);
    struct inode *gone = NULL;
    spin_lock(&tree_lock);
    struct entry *e = entry_find(dir, p->name, p->len);
    if (e) gone = entry_replace(e, inode);
    else if (!entry_add(dir, p->name, p->len, inode, false)) no_memory_for_name();
    if (is_directory(inode)) dir->inode.links++;
    if (gone) {
        gone->links--;
        if (is_directory(gone)) dir->inode.links--;
    }
    spin_unlock(&tree_lock);
    inode_put(gone);
}

/* The place of the last name; its parents are made. */
static void place_of(const char *path, struct place *p) {
    int error = walk(AT_FDCWD, path, WALK_PARENT, p);
    if (error == -ENOENT) {
        char parent[PATH_LIMIT / 8];
        size_t len = strlen(path);
        while (len > 1 && path[len - 1] != '/') len--;
        assert(len > 1 && len < sizeof parent);
        memcpy(parent, path, len - 1);
        parent[len - 1] = 0;
        tree_add_directory(parent, 0755);
        error = walk(AT_FDCWD, path, WALK_PARENT, p);
    }
    if (error || p->kind != LAST_NAME)
        refuse_to_boot("%s in the rootfs.tar is in the way of the kernel's own.", path);
}

void tree_add(const char *path, struct inode *inode) {
    if (!KEEPS_ANY_PATH) {
        few_files_add(path, inode);
        return;
    }
    if (!inode) no_memory_for_name();
    struct place p;
    place_of(path, &p);
    put_name(&p, inode);
    inode_put(inode);
    place_put(&p);
}

static void add_directory(const char *path, u32 mode, enum fs_kind fs, bool replace) {
    if (!KEEPS_ANY_PATH) return;
    struct place p;
    place_of(path, &p);
    if (!p.inode || replace || !is_directory(p.inode)) {
        struct directory *dir =
            directory_new(mode, fs == FS_ROOT ? p.dir->fs : fs, directory_of(p.dir));
        if (!dir) no_memory_for_name();
        put_name(&p, &dir->inode);
        inode_put(&dir->inode);
    }
    place_put(&p);
}

void tree_mount(const char *path, u32 mode, enum fs_kind fs) {
    add_directory(path, mode, fs, true);
}
void tree_add_directory(const char *path, u32 mode) { add_directory(path, mode, FS_ROOT, false); }

void tree_add_link(const char *path, const char *target) {
    if (!KEEPS_ANY_PATH) return;
    struct place p;
    place_of(path, &p);
    struct inode *link = symlink_new(target, strlen(target), p.dir->fs, true);
    if (!link) no_memory_for_name();
    put_name(&p, link);
    inode_put(link);
    place_put(&p);
}

void tree_add_file(const char *path, u32 mode, const char *text) {
    struct inode *there = files_lookup_inode(path);
    if (there) inode_put(there);
    else tree_add(path, regular_new_on(mode, FS_ROOT, text, strlen(text)));
}

void tree_seal(const char *path) {
    if (!KEEPS_ANY_PATH) return;
    struct inode *inode = files_lookup_inode(path);
    if (inode) directory_of(inode)->sealed = true;
    inode_put(inode);
}
