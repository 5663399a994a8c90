/* What a frame of riscv64 may lie about: where it leads, and the states behind the registers (Linux's
 * arch/riscv/include/uapi/asm/ptrace.h, __riscv_v_ext_state; V extension 1.0, 3: vtype, vl, vstart, vcsr). */
#pragma once

/* vsetvli t0, zero, e8, m8 and vid.v v8: from then on frames have V state. */
#define USE_VECTORS(hwcap)                                                                                  \
    do {                                                                                                    \
        if ((hwcap) >> ('V' - 'A') & 1) __asm__ volatile(".word 0x003072d7, 0x5208a457" ::: "t0", "memory"); \
    } while (0)

static void forge_v(struct slot *s, struct abi_riscv_ctx_hdr *first, uptr top) {
    struct abi_riscv_v_ext_state *v = (struct abi_riscv_v_ext_state *)(first + 1);
    struct abi_riscv_ctx_hdr *end = (struct abi_riscv_ctx_hdr *)((u8 *)first + first->size);
    if ((uptr)(v + 1) > top) return;
    u64 any = next(s) >> below(s, 64);
    switch (below(s, 8)) {
    case 0: v->vstart = any; break;
    case 1: v->vl = any; break;
    case 2: v->vtype = one_in(s, 2) ? any : 1ul << 63 | below(s, 256); break;
    case 3: v->vcsr = any; break;
    case 4: v->vlenb = any; break;
    case 5: v->datap = any_address(s); break;
    // the registers end where nothing is mapped
    case 6: v->datap = scratch_of(s) + SCRATCH_SIZE - below(s, 1100); break;
    default:
        if ((uptr)(end + 1) <= top) end->magic ^= (u32)below(s, 2), end->size = (u32)any;
    }
}

static void forge_fields(struct slot *s, struct abi_ucontext *context, uptr top) {
    struct abi_sigcontext *m = &context->uc_mcontext;
    struct abi_riscv_ctx_hdr *first = &m->sc_fpregs.extension;
    u32 wrong[] = {0, 1, 8, 16, 56, 64, 1080, 1096, 1u << 31, ~0u};
    switch (below(s, 8)) {
    case 0: m->sc_fpregs.reserved = (u32)next(s); break;
    case 1: first->magic = one_in(s, 2) ? 0 : first->magic ^ 1u << below(s, 32); break;
    case 2: first->size = one_in(s, 2) ? wrong[below(s, COUNT(wrong))] : (u32)next(s); break;
    // says that there is V state, whether there is or not
    case 3: first->magic = RISCV_V_MAGIC, first->size = wrong[below(s, COUNT(wrong))]; break;
    case 4: m->sc_regs.pc = one_in(s, 2) ? any_address(s) : USER_END - 2 + below(s, 4); break;
    case 5: m->sc_regs.sp = any_address(s); break;
    case 6: m->sc_fpregs.fcsr = (u32)next(s); break;
    default:
        if (first->magic == RISCV_V_MAGIC) forge_v(s, first, top);
    }
}
