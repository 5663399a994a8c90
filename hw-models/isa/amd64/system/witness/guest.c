/* Tries out privileged things and tells what came of each, one line each: the same lines on every right x86. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define TARGET 0x80000000ul /* one page, whose entries are changed */
#define NO_EXECUTE (1ul << 63)
#define NOTHING 0x80 /* vector by which code that went well comes back */

struct frame {
    u64 vector, error, rip, cs, flags, rsp, ss, cr2;
};
struct one_case {
    const char *name;
    const char *code;
    u64 ring;
};
struct gate {
    u16 low, selector;
    u8 stack, type;
    u16 middle;
    u32 high, reserved;
};

extern struct frame came_frame;
extern u64 came_rax, came_rcx, came_r11, pd_target[512], pt_target[512], gdt[];
extern u8 task[104], target[4096];
extern const char stubs[], read_byte[], write_byte[], fetch_byte[], system_entry[];
extern const struct one_case cases_start[], cases_end[];
void run(const void *code, u64 ring, u64 argument, u64 flags);

static struct gate idt[256];
static u8 double_fault_stack[4096] __attribute__((aligned(16)));
static u8 kernel_stack[4096] __attribute__((aligned(16)));

static void out(u16 port, u8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static u8 in(u16 port) {
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
static void put(char c) {
    while (!(in(0x3fd) & 0x20)) {} /* the transmitter is free */
    out(0x3f8, (u8)c);
}
static void text(const char *s) {
    while (*s) put(*s++);
}
static void hex(u64 value) {
    int shift = 60;
    while (shift > 0 && !(value >> shift)) shift -= 4;
    for (; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}
static void wrmsr(u32 index, u64 value) {
    __asm__ volatile("wrmsr" : : "c"(index), "a"((u32)value), "d"((u32)(value >> 32)));
}
static void set_cr0(u64 value) { __asm__ volatile("movq %0, %%cr0" : : "r"(value)); }
static void set_cr4(u64 value) { __asm__ volatile("movq %0, %%cr4" : : "r"(value)); }
static void invlpg(u64 at) { __asm__ volatile("invlpg (%0)" : : "r"(at) : "memory"); }

static void set_gate(u32 vector, u8 type, u8 stack, u16 selector) {
    u64 stub = (u64)stubs + vector * 16;
    idt[vector] = (struct gate){(u16)stub, selector, stack, type, (u16)(stub >> 16), (u32)(stub >> 32), 0};
}

static void init(void) {
    for (u32 i = 0; i < 256; i++) set_gate(i, 0x8e, 0, 8);
    set_gate(3, 0xee, 0, 8);
    set_gate(8, 0x8e, 1, 8);
    set_gate(NOTHING, 0xee, 0, 8);
    set_gate(0x81, 0xef, 0, 8);    /* a trap gate */
    set_gate(0x82, 0x6e, 0, 8);    /* not present */
    set_gate(0x83, 0xee, 0, 0);    /* no segment */
    set_gate(0x84, 0xee, 0, 0x50); /* its segment is not present */
    set_gate(0x85, 0xee, 0, 0x10); /* no code */
    set_gate(0x86, 0xe5, 0, 8);    /* no gate of 64-bit mode */
    set_gate(0x87, 0xee, 2, 8);    /* a stack that is not there */
    set_gate(0x88, 0xee, 0, 0x18); /* 32-bit code */
    set_gate(0x89, 0xee, 0, 0x1000);
    struct __attribute__((packed)) {
        u16 limit;
        u64 base;
    } pointer = {0x90 * 16 - 1, (u64)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer));
    *(u64 *)(task + 4) = (u64)kernel_stack + sizeof kernel_stack;
    *(u64 *)(task + 0x24) = (u64)double_fault_stack + sizeof double_fault_stack;
    *(u64 *)(task + 0x2c) = 0x123456789000; /* not mapped */
    *(u16 *)(task + 0x66) = 104;
    wrmsr(0xc0000081, 0x001b000800000000);
    wrmsr(0xc0000082, (u64)system_entry);
    wrmsr(0xc0000084, 0x700);
    target[0] = 0xcd, target[1] = NOTHING;
}

/* The page's own bits, and those of the entry above it: P is always set there. */
static u64 leaf_of(u32 bits) {
    return (u64)target | (bits & 7) | (bits & 8 ? NO_EXECUTE : 0);
}
static u64 upper_of(u32 bits) {
    return (u64)pt_target | 1 | (bits & 1 ? 2 : 0) | (bits & 2 ? 4 : 0) | (bits & 4 ? NO_EXECUTE : 0);
}

/* What a page may do by its bits, by those above it, and by how CPU and program look at it (SDM 3A, 4.6). */
static void permissions(u32 control) {
    static const char *const accesses[] = {read_byte, write_byte, fetch_byte};
    u64 cr4 = 0x6a0 | (control & 2 ? 1 << 20 : 0) | (control & 4 ? 1 << 21 : 0);
    for (u32 ring = 0; ring < 4; ring += 3) {
        for (u32 access = 0; access < 3; access++) {
            text("pages "), hex(control), put(' '), hex(ring), put(' '), hex(access), put(':');
            for (u32 bits = 0; bits < 128; bits++) {
                pt_target[0] = leaf_of(bits & 15), pd_target[0] = upper_of(bits >> 4);
                invlpg(TARGET);
                set_cr0(control & 1 ? 0x80010033 : 0x80000033);
                set_cr4(cr4);
                run(accesses[access], ring, TARGET, control & 8 ? 0x40002 : 2);
                set_cr4(0x6a0);
                put(' ');
                if (came_frame.vector == NOTHING) put('='), hex(pt_target[0] >> 5 & 3);
                else if (came_frame.vector == 14 && (came_frame.cr2 & ~0xffful) == TARGET) hex(came_frame.error);
                else text("vector "), hex(came_frame.vector);
            }
            put('\n');
        }
    }
}

/* Reserved bits, on each level; and what NXE makes of bit 63. */
static void reserved(void) {
    static const u64 bits[] = {1ul << 40, 1ul << 51, 1ul << 52, 1ul << 62, 1ul << 7, 1ul << 8, 1ul << 9};
    for (u32 i = 0; i < 7; i++) {
        text("reserved "), hex(bits[i]), put(':');
        for (u32 level = 0; level < 2; level++) {
            pt_target[0] = leaf_of(7) | (level ? 0 : bits[i]), pd_target[0] = upper_of(3) | (level ? bits[i] : 0);
            /* A large page's own bits would be read of the table's address. */
            if (level && bits[i] == 1ul << 7) pd_target[0] = 0x80 | 7;
            invlpg(TARGET);
            run(read_byte, 3, TARGET, 2);
            put(' '), hex(came_frame.vector), put(' '), hex(came_frame.vector == 14 ? came_frame.error : 0);
        }
        put('\n');
    }
    for (u32 bit = 13; bit < 21; bit++) {
        pd_target[0] = 0x200000 | 0x87 | 1ul << bit;
        invlpg(TARGET);
        run(read_byte, 3, TARGET, 2);
        text("large "), hex(bit), put(' '), hex(came_frame.vector), put(' '), hex(came_frame.error), put('\n');
    }
    pt_target[0] = leaf_of(15), pd_target[0] = upper_of(3);
    wrmsr(0xc0000080, 0x501);
    for (u32 i = 0; i < 3; i++) {
        static const char *const accesses[] = {read_byte, write_byte, fetch_byte};
        run(accesses[i], 3, TARGET, 2);
        text("without NXE "), hex(i), put(' '), hex(came_frame.vector), put(' '), hex(came_frame.error), put('\n');
    }
    pt_target[0] = leaf_of(0);
    invlpg(TARGET);
    run(fetch_byte, 3, TARGET, 2);
    text("a fetch without NXE "), hex(came_frame.error), put('\n');
    wrmsr(0xc0000080, 0xd01);
}

/* A frame, with everything relative that depends on where the guest was linked. RF is left out: QEMU never sets it. */
static void tell(const char *name, u64 code) {
    struct frame *f = &came_frame;
    text(name), text(": "), hex(f->vector), text(" error "), hex(f->error);
    u64 distance = f->rip - code - (f->rip >> 30 == 1 ? 0x40000000 : 0);
    text(" at "), hex(distance < 256 ? distance : f->rip);
    text(" cs "), hex(f->cs), text(" ss "), hex(f->ss), text(" flags "), hex(f->flags & ~0x10000ul);
    if (f->vector == 14) text(" cr2 "), hex(f->cr2);
    if (f->vector == NOTHING || f->vector == 0x100) text(" rax "), hex(came_rax);
    put('\n');
}

void guest_main(void) {
    init();
    for (u32 control = 0; control < 16; control++) permissions(control);
    set_cr0(0x80010033);
    reserved();
    pt_target[0] = 0, pd_target[0] = upper_of(3);
    set_cr4(0x6a0 | 1 << 11);
    for (const struct one_case *c = cases_start; c < cases_end; c++) {
        came_frame = (struct frame){0};
        invlpg(TARGET);
        run(c->code, c->ring, TARGET, 0x202);
        wrmsr(0xc0000082, (u64)system_entry); /* which QEMU lets be anything */
        tell(c->name, (u64)c->code);
    }
    out(0xf4, 0x10);
    out(0x604, 0);
    for (;;) __asm__ volatile("hlt");
}
