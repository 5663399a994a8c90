/* A program that harms its kernel as well as it can: millions of calls with wrong arguments, from several threads, and
 * what else a program may do in its own mode. It survives what it does to itself: faults lead to a handler that begins
 * anew, a thread that hangs is left behind, what was unmapped is mapped again.
 *
 * Invariant: what it needs itself lies in [vital, vital_end): no call of its own is aimed there, but for some that must
 * fail. All else is ARENA, or wherever the kernel puts it, and may go at any time. */
#pragma once
#include "abi.h"
#include "numbers.h"

/* `word` without its low bits; the compiler does not see what becomes of them, and so makes no address of a constant. */
static inline u64 above(u64 word, u32 bits) {
    __asm__("" : "+r"(word));
    word >>= bits;
    __asm__("" : "+r"(word));
    return word;
}

#include "machine.h"

#define ARENA 0x40000000ul
#define ARENA_SIZE (256 * MIB)
/* Each thread's own part of it, where most pointers lead. */
#define SCRATCH_SIZE (16 * PAGE_SIZE)
#define SCRATCH_STRIDE (128 * PAGE_SIZE)
#define STACK_SIZE (32 * KIB)
#define SLOTS 64
/* A descriptor that no other call is likely to hit: the console. */
#define CONSOLE 900
#define SIGNALS 64
#define HERE ((u64)AT_FDCWD)

/* What a run consists of: the second argument, bits. */
enum {
    WITH_CALLS = 1,     /* calls */
    WITH_MEMORY = 2,    /* loads, stores and jumps to the kernel's addresses */
    WITH_CODE = 4,      /* random instructions */
    WITH_FRAMES = 8,    /* forged signal frames */
    WITH_STORMS = 16,   /* signals and timers, all the time */
    WITH_THREADS = 32,  /* threads until there are no more */
    WITH_DEATH = 64,    /* also what may well be the end */
    WITH_LOOK = 256,    /* sums over all that the kernel gives out */
    WITH_LIMITS = 512,  /* takes of each thing until there is no more */
    WITH_KERNEL = 128,  /* arguments that are addresses of the kernel; without, it is seen if it lets one slip */
};

struct slot {
    u32 tid;            /* 0: nobody; the kernel clears it */
    u32 used;           /* 0: free, 1: works, 2: hangs and is left alone */
    u64 random;
    u64 progress;       /* steps */
    u64 calls, faults, signals, landed;
    u64 seen;           /* by main: progress, and for how many ticks it has been that */
    u32 stale;
    u32 is_checked;     /* what calls wrote is searched for the kernel's own */
    u32 forging;        /* the next handler changes its frame */
    u32 spare;
    u64 sum, more;      /* over what calls wrote: WITH_LOOK */
};

_Static_assert(sizeof(struct slot) == SLOT_SIZE, "machine.S walks them");

extern struct slot slots[SLOTS];
extern u8 stacks[SLOTS][STACK_SIZE], altstacks[SLOTS][STACK_SIZE];
extern u8 stone[PAGE_SIZE];
extern u64 kernel_places[16];
extern u32 kernel_place_count;
extern u32 profile, stopping, children_stay;
extern u64 hwcap;
extern u8 text_start[], text_end[], vital[], vital_end[];

/* machine.S */
long call(long nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
long call_clone(long nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
long spawn(u64 flags, void *stack, u32 *tid, struct slot *slot);
void signal_entry(void);
_Noreturn void go_to(void *stack, void (*where)(struct slot *), struct slot *slot);
void begin_anew(void);
_Noreturn void jump_wild(const u64 *registers, u64 pc);
/* As call(), with values of the caller's in the registers that calls must keep, and what they hold afterwards. */
long call_with(long nr, const u64 *arguments, u64 *registers);
void probe_load(u64 at);
void probe_store(u64 at);

/* arguments.c */
u64 next(struct slot *s);
u64 below(struct slot *s, u64 limit);
bool one_in(struct slot *s, u64 n);
u64 any_address(struct slot *s);
u64 any_value(struct slot *s);
uptr scratch_of(const struct slot *s);
void hostile_call(struct slot *s);

/* survive.c */
bool is_vital(u64 start, u64 length);
bool is_allowed(struct slot *s, long nr, const u64 *a);
void repair_after(struct slot *s, long nr, const u64 *a);
void install_handlers(void);
void prepare_thread(struct slot *s);
struct slot *me(void);
void handle(int signo, struct abi_siginfo *info, struct abi_ucontext *context);

/* wild.c */
void touch_kernel(struct slot *s);
void run_garbage(struct slot *s);
void forge_frame(struct slot *s);
void change_frame(struct slot *s, struct abi_ucontext *context, uptr frame);
void storm(struct slot *s);

/* look.c */
void look_everywhere(void);
void look_at(const char *name, const void *from, u64 size);

/* limits.c */
void reach_limits(void);

/* main.c */
/* FNV-1a, 64 bits. */
u64 sum_of(const u8 *from, const u8 *to);
void tell(const char *subject, const char *name, u64 a, u64 b);
_Noreturn void fail(const char *what, u64 a, u64 b);
_Noreturn void worker(struct slot *s);
u32 tid_of_anyone(struct slot *s);

static inline long call3(long nr, u64 a, u64 b, u64 c) { return call(nr, a, b, c, 0, 0, 0); }
