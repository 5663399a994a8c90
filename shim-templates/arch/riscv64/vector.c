/* Vector state: F, D and V. See vector.h. (Privileged specification 1.12, 3.1.6.6: extension context
 * status; V extension 1.0.)
 *
 * Differs: Linux throws V state away in every system call, as the calling convention allows; here a
 * call leaves it alone, which costs nothing. A new thread begins without any, as there. */
#include "vector.h"
#include "abi.h"
#include "arch.h"
#include "arch/cpu-bits.h"
#include "insn.h"
#include "log.h"
#include "machine.h"
#include "mem.h"
#include "thread.h"
#include "user.h"

u32 vlenb;

static void set_vs(u64 status) {
    csr_clear(sstatus, SSTATUS_VS);
    csr_set(sstatus, status);
}

static u64 vs(void) { return csr_read(sstatus) & SSTATUS_VS; }

/* 0 without V. Before it was ratified, its state stood elsewhere in sstatus: such a hart does not keep
 * our bits. */
static u32 register_bytes(void) {
    set_vs(SSTATUS_VS_INITIAL);
    u32 bytes = vs() ? (u32)v_register_bytes() : 0;
    set_vs(0);
    return bytes;
}

bool v_matches(void) { return !vlenb || register_bytes() == vlenb; }

void vector_init_cpu(void) {
    csr_set(sstatus, SSTATUS_FS_INITIAL);
    if (!(csr_read(sstatus) & SSTATUS_FS))
        refuse_to_boot("This hart has no floating-point registers (F and D), which Go programs need.");
    set_vs(0);
    // a thread may run on any hart
    if (this_cpu() == cpus[0] && every_hart_has("v")) vlenb = register_bytes();
}

/* From dirty: the two differ in one bit. */
static void mark_clean(void) { csr_clear(sstatus, SSTATUS_FS_DIRTY ^ SSTATUS_FS_CLEAN); }

void vector_save(struct thread *t) {
    if ((csr_read(sstatus) & SSTATUS_FS) == SSTATUS_FS_DIRTY) {
        vector_save_whole(&t->arch.vector);
        mark_clean();
    }
    if (vs() == SSTATUS_VS_DIRTY) {
        v_save(t->arch.v);
        set_vs(SSTATUS_VS_CLEAN);
    }
}

void vector_restore(struct thread *t) {
    vector_load(&t->arch.vector);
    mark_clean();
    set_vs(t->arch.v ? SSTATUS_VS_CLEAN : 0);
    if (!t->arch.v) return;
    v_load(t->arch.v);
    set_vs(SSTATUS_VS_CLEAN);
}

void v_save_current(void) {
    if (vs() != SSTATUS_VS_DIRTY) return;
    v_save(current()->arch.v);
    set_vs(SSTATUS_VS_CLEAN);
}

void v_load_current(void) {
    v_load(current()->arch.v);
    set_vs(SSTATUS_VS_CLEAN);
}

void v_is_in_registers(void) { set_vs(SSTATUS_VS_DIRTY); }

/* --- the first instruction --------------------------------------------------------------------- */

/* Where a hart does not tell the instruction in stval, it is read. It may be two bytes long and the
 * last ones of its page: those of V are four. */
static u32 instruction_at(const struct regs *regs) {
    if (regs->value) return (u32)regs->value;
    u16 low, high;
    if (user_read(&low, regs->pc, sizeof low) || (low & 3) != 3) return 0;
    if (user_read(&high, regs->pc + sizeof low, sizeof high)) return 0;
    return low | (u32)high << 16;
}

/* Arithmetic and configuration have an opcode of their own; loads and stores share that of F and D,
 * whose widths are 1 to 4; the state's registers are read by CSR instructions. */
static bool is_of_v(u32 instruction) {
    enum { LOAD_FP = 0x07, STORE_FP = 0x27, OP_V = 0x57, SYSTEM = 0x73 };
    u32 width = instruction >> 12 & 7, csr = instruction >> 20;
    switch (instruction & 0x7f) {
    case OP_V: return true;
    case LOAD_FP:
    case STORE_FP: return width == 0 || width > 4;
    case SYSTEM: // vstart, vxsat, vxrm, vcsr; vl, vtype, vlenb
        return (width & 3) && ((csr >= 0x008 && csr <= 0x00a) || csr == 0x00f || (csr >= 0xc20 && csr <= 0xc22));
    default: return false;
    }
}

/* Go programs for GORISCV64=rva23u64 use V without asking, before they have a handler for SIGILL. With a
 * handler the program may just be trying. */
static void say_that_v_is_missing(void) {
    if (process.signals.actions[SIGILL].handler != SIG_DFL) return;
    log_printf("The program needs the vector extension V, which this machine lacks. If it was built with "
               "GORISCV64=rva23u64, build it with rva22u64.");
}

bool v_first_use(struct regs *regs) {
    struct thread *t = current();
    if (t->arch.v || !is_of_v(instruction_at(regs))) return false;
    if (!vlenb) {
        say_that_v_is_missing();
        return false;
    }
    // all zero: a valid state, as Linux begins with
    t->arch.v = kalloc(sizeof *t->arch.v + V_REGISTERS_SIZE);
    if (!t->arch.v) {
        user_fault(regs, SIGBUS, SI_KERNEL, 0); // as Linux: there is nothing to answer
        return true;
    }
    set_vs(SSTATUS_VS_INITIAL);
    v_load_current();
    return true;
}
