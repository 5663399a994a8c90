/* The address space against a model of it that is too simple to be wrong: one record per page.
 *
 * Runs on the host: the files of mem/ are compiled as they are, physical memory is a block of the
 * test's own, and a "fault" is a call of mem_fault(). Each step does one random operation on both
 * sides and compares results; now and then everything is compared. The seed is the first argument.
 *
 * Long because the model stands beside what it is compared with. */
#include "abi.h"
#include "arch.h"
#include "area.h"
#include "boot.h"
#include "cpu.h"
#include "fault.h"
#include "file.h"
#include "log.h"
#include "map.h"
#include "pagetable.h"
#include "string.h"
#include "sys.h"
#include "thread.h"

long sys_madvise_nohugepage(uptr addr, u64 length, int advice);

int printf(const char *, ...);
int vprintf(const char *, __builtin_va_list);
_Noreturn void exit(int);
unsigned long strtoul(const char *, char **, int);
void *aligned_alloc(size_t, size_t);

/* --- the rest of the kernel ------------------------------------------------------------------- */

#define RAM (192 * MIB)
unsigned long test_ram;
static struct cpu cpu;
struct cpu *test_cpu = &cpu, *cpus[MAX_CPUS] = {&cpu};
u32 cpu_count = 1;
struct options options = {.huge_pages = true};
struct payload payload;
struct process process;
pte_t *kernel_root;
static struct thread thread = {.tid = 1};

void arch_tlb_flush(uptr start, uptr end) {}
void arch_tlb_flush_all(void) {}
static u64 code_appeared;
void arch_code_appears(void) { code_appeared++; }
void cpu_request(struct cpu *c, enum cpu_request request) {}
void cpu_serve_requests(void) {}
int signal_send_thread(struct thread *t, const struct signal_info *info) { return 0; }
u64 limit_of(u32 resource) { return RLIM_INFINITY; }
struct file *fd_get(int fd) { return NULL; }
void file_put(struct file *f) {}
int user_write(uptr to, const void *from, size_t n) { return -EFAULT; }

static void say(const char *format, __builtin_va_list args) {
    vprintf(format, args);
    printf("\n");
}
void panic(const char *format, ...) {
    __builtin_va_list args;
    __builtin_va_start(args, format);
    say(format, args);
    exit(1);
}
void refuse_to_boot(const char *format, ...) { panic("refused"); }
void log_printf(const char *format, ...) { panic("out of memory"); }
int format_into(char *out, size_t size, const char *format, ...) { return 0; }

/* A file of four pages: even pages lie in memory, odd ones must be copied. */
static u8 *file_bytes;
#define FILE_PAGES 4
static pa_t file_page(struct inode *inode, u64 index, bool allocate) {
    return index % 2 || index >= FILE_PAGES ? 0 : virt_to_phys(file_bytes + index * PAGE_SIZE);
}
static int file_copy_page(struct inode *inode, u64 index, void *to) {
    memcpy(to, file_bytes + index * PAGE_SIZE, PAGE_SIZE);
    return 0;
}
static const struct inode_ops file_operations = {.page = file_page, .copy_page = file_copy_page};
static struct inode file = {.references = 1, .size = FILE_PAGES * PAGE_SIZE - 100, .ops = &file_operations};
struct inode *inode_get(struct inode *inode) { inode->references++; return inode; }
void inode_put(struct inode *inode) { inode->references--; }

/* --- the model -------------------------------------------------------------------------------- */

#define BASE 0x7000000000ul
#define PAGES 24576u /* 96 MiB */
struct model {
    u8 mapped, prot, of_file, resident;
    u8 index; /* page of the file */
    u8 value; /* its first byte, if anything was written; else what it must read as */
};
static struct model model[PAGES];

static u64 seed;
static u32 random_below(u32 n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (u32)((seed >> 20) % n);
}
static uptr va(u32 page) { return BASE + page * PAGE_SIZE; }

#define expect(cond) ((cond) ? (void)0 : panic("line %d: %s does not hold", __LINE__, #cond))

static u8 *bytes_at(uptr address, u32 prot) {
    u32 level;
    pte_t e = *pt_find(address, &level);
    if (pte_empty(e) || (pte_prot(e) & prot) != prot) return NULL;
    return (u8 *)phys_to_virt(pte_pa(e)) + (address & (level ? HUGE_SIZE - 1 : PAGE_SIZE - 1));
}

/* What the CPU would do. */
static int access_page(u32 page, u32 access, u8 **bytes) {
    u32 prot = access == FAULT_WRITE ? PROT_R | PROT_W : PROT_R;
    *bytes = bytes_at(va(page), prot);
    int result = *bytes ? 0 : mem_fault(va(page), access);
    if (result == 0) *bytes = bytes_at(va(page), prot);
    return result;
}

static void touch(u32 page, bool write) {
    struct model *m = &model[page];
    u8 *bytes;
    int result = access_page(page, write ? FAULT_WRITE : FAULT_READ, &bytes);
    if (!m->mapped) {
        expect(result == (SEGV_MAPERR << 8 | SIGSEGV));
    } else if (write ? !(m->prot & PROT_W) : !m->prot) {
        expect(result == (SEGV_ACCERR << 8 | SIGSEGV));
    } else if (m->of_file && m->index >= FILE_PAGES) {
        expect(result == (BUS_ADRERR << 8 | SIGBUS));
    } else {
        expect(result == 0 && bytes);
        expect(bytes[0] == m->value);
        if (write) {
            for (u32 i = 1; i < PAGE_SIZE; i += 511) expect(m->of_file || m->resident || bytes[i] == 0);
            bytes[0] = m->value = (u8)(1 + random_below(255));
            m->resident = 1;
        }
    }
}

static void forget(u32 first, u32 count) {
    for (u32 i = first; i < first + count; i++) {
        model[i].resident = 0;
        model[i].value = model[i].of_file && model[i].index < FILE_PAGES ? 'a' + model[i].index : 0;
    }
}

static void map(u32 first, u32 count, u32 prot, bool of_file) {
    for (u32 i = first; i < first + count; i++)
        model[i] = (struct model){.mapped = 1, .prot = (u8)prot, .of_file = of_file, .index = (u8)MIN(i - first, 255u)};
    forget(first, count);
}

/* The highest free `count` pages of the window, as mmap must choose; PAGES if there are none. */
static u32 highest_gap(u32 count) {
    u32 run = 0;
    for (u32 i = PAGES; i-- > 0;) {
        run = model[i].mapped ? 0 : run + 1;
        if (run == count) return i;
    }
    return PAGES;
}

static void check_all(void) {
    u64 owned = 0;
    for (u32 i = 0; i < PAGES; i++) {
        struct area *area = area_at(va(i));
        expect(!area == !model[i].mapped);
        if (area) expect(area->prot == model[i].prot);
        u32 level;
        pte_t e = *pt_find(va(i), &level);
        owned += !pte_empty(e) && !pte_borrowed(e);
        if (model[i].resident) expect(!pte_empty(e));
        if (!model[i].mapped) expect(pte_empty(e));
    }
    expect(owned == space.anon_pages);
    expect(pages_used_count(PAGES_ANON) == owned);
    // neighbours that are alike must have been joined
    for (struct area *a = area_from(0), *b; a && (b = area_from(a->end)); a = b)
        expect(a->end < b->start || a->prot != b->prot || a->kind != b->kind || a->flags != b->flags || a->inode);
}

static bool is_executable(uptr at) {
    u32 level;
    return pte_prot(*pt_find(at, &level)) & PROT_X;
}

static void step(void) {
    u32 first = random_below(PAGES), count = 1 + random_below(random_below(4) ? 16 : 3000);
    count = MIN(count, PAGES - first);
    u32 prot = (u32[]){0, PROT_R, PROT_R | PROT_W, PROT_R | PROT_W, PROT_R | PROT_W, PROT_R | PROT_X}[random_below(6)];
    u32 all = count;
    for (u32 i = 0; i < count; i++) all -= model[first + i].mapped;
    bool any = all != count, every = all == 0;

    struct area area;
    switch (random_below(12)) {
    case 0:
    case 1: // MAP_FIXED
        expect(sys_mmap(va(first), count * PAGE_SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (long)va(first));
        map(first, count, prot, false);
        break;
    case 2: // a private mapping of the file
        area = (struct area){.kind = AREA_FILE_PRIVATE, .prot = prot, .inode = inode_get(&file)};
        expect(mem_map_area(&area, va(first), count * PAGE_SIZE, MAP_FIXED) == (long)va(first));
        map(first, count, prot, true);
        break;
    case 3: { // a hint, or nothing in the way
        long at = sys_mmap(va(first), count * PAGE_SIZE - 5, prot, MAP_PRIVATE | MAP_ANONYMOUS | (random_below(2) ? MAP_FIXED_NOREPLACE : 0), -1, 0);
        if (!any) expect(at == (long)va(first));
        if (at == (long)va(first)) map(first, count, prot, false);
        else if (at > 0) expect(sys_munmap((uptr)at, count * PAGE_SIZE) == 0);
        else expect(at == -EEXIST);
        break;
    }
    case 4:
    case 5:
        expect(sys_munmap(va(first), count * PAGE_SIZE) == 0);
        memset(&model[first], 0, count * sizeof *model);
        break;
    case 6: {
        long result = sys_mprotect(va(first), count * PAGE_SIZE, prot);
        expect(result == (every ? 0 : -ENOMEM));
        for (u32 i = first; i < first + count && model[i].mapped; i++) model[i].prot = (u8)prot;
        break;
    }
    case 7:
        expect(sys_madvise_dontneed(va(first), count * PAGE_SIZE, 0) == (every ? 0 : -ENOMEM));
        forget(first, count);
        break;
    case 8: { // the search for a gap
        space_lock();
        u32 best = highest_gap(count);
        uptr at = areas_find_gap(count * PAGE_SIZE, BASE, BASE + PAGES * PAGE_SIZE, PAGE_SIZE);
        space_unlock();
        expect(at == (best == PAGES ? 0 : va(best)));
        break;
    }
    case 9: { // mremap, within an area, to where the kernel likes or to a fixed place
        struct area *area = area_at(va(first));
        if (!area || area->kind != AREA_ANON) break;
        u32 old = MIN(count, (u32)((area->end - va(first)) / PAGE_SIZE)), new = 1 + random_below(600);
        u32 to = random_below(PAGES - new);
        bool apart = to + new <= first || first + old <= to;
        long at = sys_mremap(va(first), old * PAGE_SIZE, new * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, va(to));
        expect(at == (apart ? (long)va(to) : -EINVAL));
        if (!apart) break;
        static struct model moved[PAGES];
        for (u32 i = 0; i < new; i++)
            moved[i] = i < old ? model[first + i] : (struct model){.mapped = 1, .prot = model[first].prot};
        memset(&model[first], 0, old * sizeof *model);
        memcpy(&model[to], moved, new * sizeof *model);
        break;
    }
    case 10: { // mincore agrees that what was written is there
        u32 level;
        for (u32 i = first; i < first + MIN(count, 64u); i++)
            if (model[i].resident) expect(!pte_empty(*pt_find(va(i), &level)));
        break;
    }
    case 11:
        sys_madvise_nohugepage(va(first), count * PAGE_SIZE, 0);
        break;
    }
    for (u32 i = 0; i < 40; i++) {
        u32 page = first + random_below(random_below(2) ? 8 : count + 8);
        touch(MIN(page, PAGES - 1), random_below(3));
    }
}

/* No call makes more areas than there may be. */
static void too_many_areas(void) {
    uptr start = 1ul << 40;
    struct area area = {.kind = AREA_ANON, .prot = PROT_R};
    expect(mem_map_area(&area, start, 2 * MAX_AREAS * PAGE_SIZE, MAP_FIXED) > 0);
    u64 n = 0;
    while (sys_mprotect(start + 2 * n * PAGE_SIZE, PAGE_SIZE, 0) == 0 && n < MAX_AREAS) n++;
    expect(space.area_count <= MAX_AREAS && space.area_count + 2 >= MAX_AREAS);
    uptr last = start + 2 * (MAX_AREAS - 10) * PAGE_SIZE;
    if (space.area_count < MAX_AREAS) expect(sys_munmap(last, PAGE_SIZE) == 0);
    expect(space.area_count == MAX_AREAS);
    expect(sys_munmap(last + 4 * PAGE_SIZE, PAGE_SIZE) == -ENOMEM);
    expect(sys_munmap(start, 2 * PAGE_SIZE) == 0 && space.area_count == MAX_AREAS - 2);
    expect(sys_munmap(0, USER_TOP) == 0);
}

int main(int argc, char **argv) {
    seed = 0x9e3779b97f4a7c15ul + (argc > 1 ? strtoul(argv[1], NULL, 10) : 1);
    u32 steps = argc > 2 ? (u32)strtoul(argv[2], NULL, 10) : 3000;
    test_ram = (u64)aligned_alloc(HUGE_SIZE, RAM);
    cpu.current = &thread;
    struct boot_info boot = {.usable = {{0, RAM}}, .usable_count = 1, .reserved = {{0, MIB}}, .reserved_count = 1};
    pages_init(&boot);
    mem_init();
    kernel_root = phys_to_virt(page_alloc_zeroed());
    file_bytes = phys_to_virt(pages_alloc(2));
    for (u32 i = 0; i < FILE_PAGES; i++) memset(file_bytes + i * PAGE_SIZE, 'a' + i, PAGE_SIZE);
    expect(areas_reserve() == 0);
    u64 kernel_before = pages_kernel_count(), huge = 0, seen_executable = 0;

    for (u32 i = 0; i < steps; i++) {
        uptr watched[256];
        bool executable[COUNT(watched)];
        for (u32 k = 0; k < COUNT(watched); k++) {
            watched[k] = va(random_below(PAGES));
            executable[k] = is_executable(watched[k]);
        }
        u64 appeared = code_appeared;
        step();
        // a page that can be executed now and could not before was announced
        for (u32 k = 0; k < COUNT(watched); k++) {
            bool now = is_executable(watched[k]);
            seen_executable += now;
            if (now && !executable[k]) expect(code_appeared > appeared);
        }
        if (i % 50 == 0) check_all();
        u32 level;
        pte_t e = *pt_find(va(random_below(PAGES)), &level);
        huge += level == 1 && !pte_empty(e);
    }
    check_all();
    expect(sys_munmap(0, USER_TOP) == 0);
    too_many_areas();
    expect(space.root == NULL && space.mapped_bytes == 0 && space.anon_pages == 0 && space.file_pages == 0);
    expect(file.references == 1 && seen_executable > 0);
    for (u32 i = 0; i < PT_ENTRIES; i++) expect(kernel_root[i] == 0);
    // all that remains is one slab or two of area structs
    expect(pages_kernel_count() <= kernel_before + 2);
    printf("ok: %u steps, %lu sightings of huge pages\n", steps, huge);
    return 0;
}
