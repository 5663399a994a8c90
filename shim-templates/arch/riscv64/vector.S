/* F and D registers to memory and back: struct vector_state in thread-arch.h. */
    .attribute arch, "rv64imafdc"
    .set FCSR, 256

    .text
/* void vector_save_whole(struct vector_state *to) */
    .globl vector_save_whole
vector_save_whole:
    frcsr t0
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fsd f\n, (8 * \n)(a0)
    .endr
    sw t0, FCSR(a0)
    ret

/* void vector_load(const struct vector_state *from) */
    .globl vector_load
vector_load:
    lw t0, FCSR(a0)
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fld f\n, (8 * \n)(a0)
    .endr
    fscsr t0
    ret
