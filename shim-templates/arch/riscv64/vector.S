/* F, D and V registers to memory and back: struct vector_state and struct v_state in
 * thread-arch.h. */
    .attribute arch, "rv64imafdcv1p0"
    .set FCSR, 256
    .set VSTART, 0
    .set VL, 8
    .set VTYPE, 16
    .set VCSR, 24
    .set V_REGISTERS, 32

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

/* Moves all registers, eight at a time; they are there whatever vtype and vl say, but begin at
 * vstart. Uses t0 and t1. */
.macro EACH_EIGHT op, at
    csrr t0, vlenb
    slli t0, t0, 3
    csrw vstart, zero
    addi t1, \at, V_REGISTERS
    .irp n, 0,8,16
    \op v\n, (t1)
    add t1, t1, t0
    .endr
    \op v24, (t1)
.endm

/* void v_save(struct v_state *to) */
    .globl v_save
v_save:
    csrr t2, vstart
    csrr t3, vl
    csrr t4, vtype
    csrr t5, vcsr
    sd t2, VSTART(a0)
    sd t3, VL(a0)
    sd t4, VTYPE(a0)
    sd t5, VCSR(a0)
    EACH_EIGHT vs8r.v, a0
    csrw vstart, t2
    ret

/* void v_load(const struct v_state *from): a vtype that the hart does not know becomes vill, as if
 * the program had asked for it (V extension 1.0, 3.4.4). */
    .globl v_load
v_load:
    EACH_EIGHT vl8re8.v, a0
    ld t2, VSTART(a0)
    ld t3, VL(a0)
    ld t4, VTYPE(a0)
    ld t5, VCSR(a0)
    vsetvl zero, t3, t4
    csrw vcsr, t5
    csrw vstart, t2
    ret

/* u64 v_register_bytes(void) */
    .globl v_register_bytes
v_register_bytes:
    csrr a0, vlenb
    ret
