/* What needs no call: the kernel's memory, instructions that nobody wrote, frames that nobody pushed, signals. */
#include "caller.h"
#include "forge.h"
#include "garbage.h"

void touch_kernel(struct slot *s) {
    u64 at = kernel_place_count && !one_in(s, 4) ? kernel_places[below(s, kernel_place_count)] + below(s, 4096) : any_address(s);
    if (at - (u64)vital < (u64)(vital_end - vital)) at = (u64)stone;
    switch (below(s, 3)) {
    case 0:
        probe_load(at);
        if (is_kernel_address(at)) fail("the kernel's memory was read", at, 0);
        break;
    case 1:
        probe_store(at);
        if (is_kernel_address(at) || at - (u64)stone < PAGE_SIZE) fail("what is not ours was written", at, 0);
        break;
    default: {
        u64 registers[32];
        for (u32 i = 0; i < 32; i++) registers[i] = any_value(s);
        jump_wild(registers, at);
    }
    }
}

/* Behind a thread's scratch memory lies another's; this is a place of its own. */
void run_garbage(struct slot *s) {
    uptr at = ARENA + ARENA_SIZE / 2 + (u64)(s - slots) * PAGE_SIZE * 4;
    long mapped = call(NR_mmap, at, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, (u64)-1, 0);
    if (mapped < 0) return;
    u64 length = 64 + below(s, 200);
    u8 *to = (u8 *)at;
    for (u64 i = 0; i < length;) i += put_garbage(s, to + i);
    call3(NR_mprotect, at, 2 * PAGE_SIZE, PROT_READ | PROT_EXEC);
    INSTRUCTIONS_CHANGED(at, at + PAGE_SIZE);
    u64 registers[32];
    for (u32 i = 0; i < 32; i++) registers[i] = any_value(s);
    jump_wild(registers, at);
}

/* A handler changes the frame that it will return by. */
void forge_frame(struct slot *s) {
    USE_VECTORS(hwcap);
    s->forging = 1;
    s->calls += 2;
    call3(NR_tgkill, slots[0].tid, s->tid, SIGUSR2);
    s->forging = 0;
}

/* All of it up to the end of the alternate stack: registers, mask, stack, vector state and what marks its end. Where it
 * leads is a new beginning, or nowhere. */
void change_frame(struct slot *s, struct abi_ucontext *context, uptr frame) {
    uptr top = (uptr)altstacks[s - slots + 1];
    if (top - frame > STACK_SIZE) return;
    CONTEXT_PC(context) = (uptr)begin_anew;
    u64 *words = (u64 *)ALIGN_UP(frame, 8);
    u64 count = (top - (uptr)words) / 8;
    if (one_in(s, 2)) forge_fields(s, context, top);
    else for (u64 n = below(s, 5); n > 0; n--) {
        u64 at = below(s, one_in(s, 2) ? MIN(count, 80) : count);
        switch (below(s, 3)) {
        case 0: words[at] = any_value(s); break;
        case 1: words[at] ^= 1ul << below(s, 64); break;
        default: words[at] = one_in(s, 2) ? ~0ul : next(s);
        }
    }
    // no other place in our own code
    uptr pc = CONTEXT_PC(context);
    if (pc - (uptr)text_start < (uptr)(text_end - text_start)) CONTEXT_PC(context) = (uptr)begin_anew, s->landed++;
    if ((profile & WITH_DEATH) && one_in(s, 64)) return;
    context->uc_sigmask &= 0xffff0000ul;
    struct abi_stack_t *stack = &context->uc_stack;
    if (stack->ss_sp + stack->ss_size < stack->ss_sp || is_vital(stack->ss_sp, stack->ss_size)) stack->ss_flags = -1;
}

void storm(struct slot *s) {
    struct abi_itimerval soon = {.it_interval = {0, (i64)below(s, 300)}, .it_value = {0, 1 + (i64)below(s, 300)}};
    switch (below(s, 3)) {
    case 0: s->calls++, call3(NR_setitimer, below(s, 3), (u64)&soon, 0); break;
    default:
        for (u64 n = below(s, 16); n > 0; n--) {
            u64 signo = 1 + below(s, SIGNALS);
            if (signo == SIGKILL) continue;
            s->calls++, call3(NR_tgkill, slots[0].tid, tid_of_anyone(s), signo);
        }
    }
}
