/* /proc/self/task: a directory for every thread, made when it is looked up. */
#include "log.h"
#include "string.h"
#include "synthetic.h"
#include "thread.h"
#include "tree.h"

static const struct synthetic_row task_rows[] = {
    {"comm", 0644, proc_generate_comm},
    {"stat", 0444, proc_generate_stat},
    {"status", 0444, proc_generate_status},
};

static bool alive(int tid) {
    spin_lock(&process.lock);
    bool found = thread_find(tid);
    spin_unlock(&process.lock);
    return found;
}

/* The lowest thread >= tid, or 0. */
static int next_thread(int tid) {
    int lowest = 0;
    spin_lock(&process.lock);
    list_each(at, &process.threads) {
        int other = CONTAINER(at, struct thread, all_link)->tid;
        if (other >= tid && (!lowest || other < lowest)) lowest = other;
    }
    spin_unlock(&process.lock);
    return lowest;
}

/* Its own thread number, kept in rdev, which a directory does not use otherwise. */
static struct inode_ops thread_ops, task_ops;

static struct inode *thread_lookup(struct inode *dir, const char *name, size_t len) {
    for (u32 i = 0; i < COUNT(task_rows); i++)
        if (strlen(task_rows[i].path) == len && memcmp(task_rows[i].path, name, len) == 0)
            return alive((int)dir->rdev) ? synthetic_new(&task_rows[i], FS_PROC, (int)dir->rdev) : NULL;
    return NULL;
}

static bool thread_list(struct inode *dir, u64 *position, char name[256], u64 *number, u32 *mode) {
    if (*position >= COUNT(task_rows)) return false;
    memcpy(name, task_rows[*position].path, strlen(task_rows[*position].path) + 1);
    *number = dir->number << 32 | *position;
    *mode = S_IFREG;
    return true;
}

static struct inode *task_lookup(struct inode *dir, const char *name, size_t len) {
    int tid = 0;
    for (size_t i = 0; i < len && len < 9; i++) {
        if (name[i] < '0' || name[i] > '9') return NULL;
        tid = tid * 10 + (name[i] - '0');
    }
    if (tid == 0 || name[0] == '0' || !alive(tid)) return NULL;
    struct directory *made = directory_new(0555, FS_PROC, directory_of(dir));
    if (!made) return NULL;
    made->inode.ops = &thread_ops;
    made->inode.rdev = (u32)tid;
    made->sealed = true;
    return &made->inode;
}

static bool task_list(struct inode *dir, u64 *position, char name[256], u64 *number, u32 *mode) {
    int tid = next_thread((int)MAX(*position, 1ull));
    if (!tid) return false;
    *position = (u64)tid;
    format_into(name, 256, "%d", tid);
    *number = dir->number << 32 | (u64)tid;
    *mode = S_IFDIR;
    return true;
}

void proc_task_init(void) {
    tree_add_directory("/proc/1/task", 0555);
    struct inode *inode = files_lookup_inode("/proc/1/task");
    thread_ops =
        (struct inode_ops){.lookup = thread_lookup, .list = thread_list, .free = inode->ops->free};
    task_ops =
        (struct inode_ops){.lookup = task_lookup, .list = task_list, .free = inode->ops->free};
    inode->ops = &task_ops;
    directory_of(inode)->sealed = true;
    inode_put(inode);
}
