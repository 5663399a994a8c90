/* How deep each way into the kernel goes: debug kernels only.
 *
 * Stacks are painted. Whoever leaves the kernel looks for the deepest word that is no longer paint, and paints over what
 * was used, so that the next one is charged with its own. To look from the bottom each time would cost more than the
 * calls: below what is known of the path only a window is looked at.
 * Invariant: no function leaves so large a part of its frame untouched as the window (-Wframe-larger-than=). */
#include "arch.h"
#include "call.h"
#include "cpu.h"
#include "debug/checks.h"
#include "debug/poison.h"
#include "log.h"
#include "mem.h"
#include "thread.h"

#define PAINT 0x7061696e74656421ull
#define WINDOW_BYTES 2560
/* What the function that paints needs itself. */
#define OWN_BYTES 256

extern char boot_stack[], boot_stack_top[];

static u32 deepest[PATHS];
static u32 size_of[PATHS];

void stack_paint(void *stack, u64 size) {
    if (!stack) return;
    for (u64 *word = stack; word < (u64 *)((char *)stack + size); word++) *(volatile u64 *)word = PAINT;
}

static u64 *own_words(void) { return (u64 *)((u64)__builtin_frame_address(0) - OWN_BYTES); }

void stack_paint_boot(void) {
    for (u64 *word = (u64 *)boot_stack; word < own_words(); word++) *(volatile u64 *)word = PAINT;
}

/* `used_to`: painted up to there. */
static void look(u64 top, u64 size, u32 path, u64 *used_to) {
    if (path >= PATHS) path = PATH_UNKNOWN_CALL;
    u64 known = __atomic_load_n(&deepest[path], __ATOMIC_RELAXED);
    u64 *bottom = (u64 *)(top - size), *lowest = (u64 *)(top - known);
    for (u64 *word = lowest; word > bottom && (u64)lowest - (u64)word < WINDOW_BYTES;)
        if (*--word != PAINT) lowest = word;
    u32 depth = (u32)(top - (u64)lowest);
    if (depth > known) __atomic_store_n(&deepest[path], depth, __ATOMIC_RELAXED);
    size_of[path] = (u32)size;
    for (u64 *word = lowest; word < used_to; word++) *(volatile u64 *)word = PAINT;
}

void stack_left(u32 path) {
    if (poison_is_on()) {
        poison_stack();
        return;
    }
    u64 top = (u64)current()->stack + KSTACK_SIZE;
    look(top, KSTACK_SIZE, path, own_words());
}

void stack_left_idle(u32 path) {
    u64 top = this_cpu()->first_stack_top;
    if (top) look(top, KSTACK_SIZE, path, own_words());
    else look((u64)boot_stack_top, boot_stack_top - boot_stack, path, own_words());
}

void stack_measure(u64 top, u64 size, u32 path) { look(top, size, path, (u64 *)(top - size)); }

static const char *path_name(u32 path) {
    static const char *const names[] = {"unknown call", "page fault", "exception", "timer", "IPI", "device",
                                        "thread start", "thread end", "idle", "interrupt in idle", "boot"};
    return path < PATH_UNKNOWN_CALL ? call_name(path) : names[path - PATH_UNKNOWN_CALL];
}

void stack_report(void) {
    for (u32 path = 0; path < PATHS; path++)
        if (deepest[path])
            record_line("{\"stack\":{\"path\":\"%s\",\"bytes\":%u,\"of\":%u}}", path_name(path), deepest[path],
                        size_of[path]);
}
