/* F and D state. See vector.h. (Privileged specification 1.12, 3.1.6.6: extension context status.) */
#include "vector.h"
#include "arch/cpu-bits.h"
#include "insn.h"
#include "log.h"
#include "thread.h"

void vector_init_cpu(void) {
    csr_clear(sstatus, SSTATUS_VS);
    csr_set(sstatus, SSTATUS_FS_INITIAL);
    if (!(csr_read(sstatus) & SSTATUS_FS))
        refuse_to_boot("This hart has no floating-point registers (F and D), which Go programs need.");
}

/* From dirty: the two differ in one bit. */
static void mark_clean(void) { csr_clear(sstatus, SSTATUS_FS_DIRTY ^ SSTATUS_FS_CLEAN); }

void vector_save(struct thread *t) {
    if ((csr_read(sstatus) & SSTATUS_FS) != SSTATUS_FS_DIRTY) return; // memory has it already
    vector_save_whole(&t->arch.vector);
    mark_clean();
}

void vector_restore(struct thread *t) {
    vector_load(&t->arch.vector);
    mark_clean();
}
