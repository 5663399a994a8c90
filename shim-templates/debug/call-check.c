/* Calls in a debug kernel: what fails leaves nothing behind, and answers only what its row lists.
 *
 * The row's list is what Linux may answer, and what programs are written for. What a failed call leaves is seen exactly
 * where nobody else did anything meanwhile: on one CPU, if no other thread has run. */
#include "abi.h"
#include "call.h"
#include "cpu.h"
#include "debug/checks.h"
#include "debug/faults.h"
#include "log.h"
#include "mem.h"
#include "mem/area.h"
#include "thread.h"

u64 heap_blocks;

/* Areas apart: a call that stops in the middle of its range has changed what comes before, as on Linux, and structs set
 * aside for the next change stay the space's. */
static u64 blocks_owned(void) {
    u64 areas = space.area_count;
    for (const struct area *a = space.spare; a; a = a->right) areas++;
    return heap_blocks - areas;
}

long call_begins(u64 nr) {
    struct thread *t = current();
    t->debug.in_call = true;
    t->debug.blocks = blocks_owned();
    t->debug.file_pages = pages_used_count(PAGES_FILE);
    t->debug.since = t->switched_in;
    return fault_call(nr);
}

static void check_answer(u64 nr, int error) {
    const u8 *errors = errors_of_call(nr);
    // one without a row
    if (!*errors && error == ENOSYS) return;
    // A call that is to be made again answers EINTR if it is not.
    if (error == ERESTARTSYS || error == ERESTARTNOHAND) error = EINTR;
    for (const u8 *listed = errors; *listed; listed++)
        if (*listed == error) return;
    panic("%s answers %s, which its row does not list", call_name(nr), error_name(error));
}

void call_ends(u64 nr, long result) {
    struct thread *t = current();
    t->debug.in_call = false;
    if (result >= 0 || result < -4095 || result == -EWHOLEFRAME) return;
    check_answer(nr, (int)-result);
    if (cpu_count > 1 || t->debug.since != t->switched_in) return;
    if (result == -EPIPE) return; // with it goes a SIGPIPE, which is kept until it is taken
    i64 blocks = (i64)(blocks_owned() - t->debug.blocks);
    i64 pages = (i64)(pages_used_count(PAGES_FILE) - t->debug.file_pages);
    // less is right: a lock of flock(2) that is to be another is let go first
    if (blocks > 0 || pages > 0)
        panic("%s fails with %s and leaves %ld blocks of the heap and %ld pages of files behind", call_name(nr),
              error_name((int)-result), blocks, pages);
}
