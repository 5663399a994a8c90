/* Counting what is resident, and the end of it: out of memory.
 *
 * As on Linux, memory is promised more freely than it exists, so the lack of it shows when a page
 * is touched. Linux then kills the largest process, and there is one: SIGKILL, status 137. It says
 * who had the memory, since the next thing a person does is to give more or to ask why. */
#include "abi.h"
#include "arch.h"
#include "boot.h"
#include "cpu.h"
#include "fault.h"
#include "log.h"
#include "pagetable.h"
#include "signal.h"
#include "thread.h"

void resident_add(i64 anon, i64 file) {
    space.anon_pages += anon;
    space.file_pages += file;
    space.peak_pages = MAX(space.peak_pages, space.anon_pages + space.file_pages);
}

void resident_released(const struct pt_counts *counts) {
    resident_add(-(i64)counts->owned_pages, -(i64)counts->borrowed_pages);
}

/* The kernel's last pages: for the stacks, tables and messages of a program that is being ended. */
bool memory_left(u64 pages) {
    u64 reserve = MIN(pages_total() / 256, 256ull);
    return pages_free_count() > reserve + pages;
}

static u64 to_kib(u64 pages) { return pages * (PAGE_SIZE / KIB); }

void out_of_memory(void) {
    enum { UNSAID, SAYING, SAID };
    static u32 said;
    u32 unsaid = UNSAID;
    u64 image = (payload.elf_size + payload.tar_size) / KIB;
    struct thread *thread = current();
    bool booting = !thread || thread_is_idle(thread);
    if (__atomic_compare_exchange_n(&said, &unsaid, SAYING, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE) || booting) {
        log_printf("out of memory: of %lu KiB the program has %lu, files %lu, the kernel %lu, and %lu are "
                   "free; the image lies in %lu KiB beside them. Give the machine more (QEMU: -m).",
                   to_kib(pages_total()), to_kib(pages_used_count(PAGES_ANON)),
                   to_kib(pages_used_count(PAGES_FILE)), to_kib(pages_kernel_count()),
                   to_kib(pages_free_count()), image);
        __atomic_store_n(&said, SAID, __ATOMIC_RELEASE);
    }
    // A thread on another CPU must not end the process before it is said why. Saying waits for nobody but the console.
    while (__atomic_load_n(&said, __ATOMIC_ACQUIRE) == SAYING) {
        cpu_serve_requests();
        arch_pause();
    }
    if (booting) refuse_to_boot("The program cannot even start in so little memory.");
    // Invariant: only LOCK_SIGNAL and below are taken, since a fault may come with many locks held. The
    // thread ends the process when it leaves the kernel.
    struct signal_info kill = {.signo = SIGKILL, .code = SI_KERNEL};
    signal_send_thread(thread, &kill);
}
