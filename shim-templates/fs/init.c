/* The files that a program finds: the tree from the rootfs.tar, and what belongs to every Linux
 * system.
 *
 * Of /etc only what is true is made, unless the archive has its own: user and group 0, the name
 * of the machine, and localhost, whose addresses are fixed by RFC 6761 section 6.3. There is no
 * resolv.conf, for there is nobody to ask. */
#include "../dev/console.h"
#include "../dev/devices.h"
#include "boot.h"
#include "kept.h"
#include "log.h"
#include "mem.h"
#include "regular.h"
#include "synthetic.h"
#include "tar.h"
#include "tree.h"
#include "walk.h"

static void enter_cwd(void) {
    struct inode *inode = files_lookup_inode(options.cwd);
    if (!inode || !is_directory(inode))
        refuse_to_boot("The working directory \"%s\" is not there. Is it in the rootfs.tar?",
                       options.cwd);
    cwd_set(inode);
    inode_put(inode);
}

/* What does not depend on the machine, nor on this kernel. */
static void own_files_init(void) {
    if (payload.tar) tar_mount(phys_to_virt(payload.tar), payload.tar_size);
    tree_add_directory("/tmp", 01777);
    tree_add_directory("/etc", 0755);
    tree_add_file("/etc/passwd", 0644, "root:x:0:0:root:/:/sbin/nologin\n");
    tree_add_file("/etc/group", 0644, "root:x:0:\n");
    tree_add_file("/etc/hostname", 0644, "catkernel\n");
    tree_add_file("/etc/hosts", 0644, "127.0.0.1\tlocalhost\n::1\tlocalhost\n");
}

void files_init(void) {
    if (KEEPS_ANY_PATH) {
        tree_root = directory_new(0755, FS_ROOT, NULL);
        if (!tree_root) refuse_to_boot("No memory is left for files.");
        cwd_set(&tree_root->inode);
        own_files_init();
    }
    devices_init();
    proc_init();
    sys_files_init();
    console_open_standard();
    if (KEEPS_ANY_PATH) enter_cwd();
}

int file_add_memory(const char *path, u32 mode, pa_t start, u64 size) {
    struct inode *inode = regular_new_on(mode, FS_ROOT, phys_to_virt(start), size);
    if (inode) inode->no_write = true;
    tree_add(path, inode);
    return inode ? 0 : -ENOMEM;
}
