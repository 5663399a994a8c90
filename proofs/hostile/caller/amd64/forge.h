/* What a frame of amd64 may lie about: where it leads, its segments and flags, and the vector state behind it (Intel SDM
 * volume 1, 13.4 and 13.8: XRSTOR faults where reserved bits are set). */
#pragma once
#define USE_VECTORS(hwcap) ((void)(hwcap))

static void forge_state(struct slot *s, struct abi_fpstate *state, uptr top) {
    struct abi_xstate_header *header = (struct abi_xstate_header *)(state + 1);
    u32 *end = (u32 *)((uptr)state + state->sw_reserved.xstate_size);
    u32 wrong[] = {0, 1, 511, 512, 575, 576, 577, 832, 4096, ~0u, (u32)next(s)};
    u32 other = wrong[below(s, COUNT(wrong))];
    if ((uptr)(header + 1) > top) return;
    switch (below(s, 9)) {
    case 0: state->sw_reserved.magic1 ^= 1u << below(s, 32); break;
    case 1: state->sw_reserved.xstate_size = other; break;
    case 2: state->sw_reserved.extended_size = other; break;
    case 3: state->sw_reserved.xfeatures = next(s) >> below(s, 64); break;
    case 4: header->xfeatures ^= 1ul << below(s, 64); break;
    case 5: header->reserved1[below(s, 2)] = 1ul << below(s, 64); break; // the first is XCOMP_BV
    case 6: header->reserved2[below(s, 5)] = next(s); break;
    case 7: state->mxcsr = one_in(s, 2) ? 1u << below(s, 32) : ~0u; break;
    default:
        if ((uptr)(end + 1) <= top) *end ^= 1u << below(s, 32);
    }
}

static void forge_fields(struct slot *s, struct abi_ucontext *context, uptr top) {
    struct abi_sigcontext *m = &context->uc_mcontext;
    struct abi_fpstate *state = (struct abi_fpstate *)m->fpstate;
    bool is_there = (uptr)state > (uptr)context && (uptr)state < top;
    switch (below(s, 8)) {
    case 0: m->fpstate = one_in(s, 2) ? any_address(s) : any_address(s) & ~63ul; break;
    case 1: m->fpstate += 1ul << below(s, 12); break;
    // at the end of what is mapped, too short
    case 2: m->fpstate = scratch_of(s) + SCRATCH_SIZE - 64 * below(s, 20); break;
    case 3: m->rip = one_in(s, 2) ? any_address(s) : (1ul << 47) - 2 + below(s, 4); break;
    case 4: m->cs = (u16)next(s), m->ss = (u16)next(s), m->gs = m->fs = (u16)next(s); break;
    case 5: m->eflags = next(s); break;
    case 6: m->rsp = any_address(s); break;
    default:
        if (is_there) forge_state(s, state, top);
    }
}
