/* The kernel's course from its first C line to the program's first instruction.
 *
 * The order is the contract of arch.h. Each step may use what the steps above it made: nothing
 * allocates before the pages, nothing waits before the threads. The payload comes first of all,
 * because its pages must be nobody else's, and because a bad one should be refused before anything
 * costs time. */
#include "arch.h"
#include "boot.h"
#include "clock.h"
#include "cpu.h"
#include "file.h"
#include "log.h"
#include "mem/map.h"
#include "random.h"
#include "string.h"
#include "thread.h"

/* Its name is the program's, as comm in /proc: the last part of argv[0]. */
static void name_thread(struct thread *t, const char *path) {
    const char *name = path;
    for (const char *p = path; *p; p++)
        if (*p == '/' && p[1]) name = p + 1;
    format_into(t->name, sizeof t->name, "%s", name);
}

const char *nameplate_programs(void) {
    u32 size = nameplate->selection_size;
    const char *text = (const char *)nameplate + sizeof *nameplate - size;
    return size <= sizeof nameplate->options && strnlen(text, size) < size ? text : "";
}

void kernel_main(struct boot_info *boot) {
    stack_paint_boot();
    // what there is to run, and the memory to run it in
    payload_find(boot);
    pages_init(boot);
    u32 written = MIN(nameplate->options_size, sizeof nameplate->options);
    options_parse(nameplate->options, written, boot->command_line);
    arch_init_memory(boot);
    mem_init();

    // the machine
    arch_init_cpu();
    arch_init_platform(boot);
    random_init(boot->rng_seed);
    clock_start_wall();

    // what programs expect around them
    threads_init();
    files_init();
    payload_map();
    uptr sp = payload_stack();

    arch_start_cpus();
    struct thread *first = thread_create();
    if (!first) refuse_to_boot("No memory is left for the program's first thread.");
    name_thread(first, options.argv[0]);
    regs_init_user(first->regs, payload.entry, sp);
    // from here on the console takes input, and a record's reader knows what machine this is
    record_line("{\"boot\":{\"cpus\":%u,\"memory\":%lu,\"usUntilUser\":%lu,\"cutTo\":\"%s\"}}", cpu_count,
                pages_total() * PAGE_SIZE, clock_now() / 1000, nameplate_programs());
    sched_start(first);
}
