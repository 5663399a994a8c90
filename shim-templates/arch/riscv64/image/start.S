/* Where a loader enters: the first bytes of the file, which are the header of the Linux RISC-V boot
 * protocol (Documentation/arch/riscv/boot-image-header.rst and boot.rst). It is loaded at any
 * page-aligned address and entered in supervisor mode, without paging, with a0 = hart id and a1 =
 * device tree.
 *
 * Finds a place for the kernel proper, unpacks it there, and enters it with the same registers, a2 =
 * the first byte of this image and a3 = the one behind it, the payload's first. Behind the
 * unpacked kernel lies what unpacking needs, then the second stack. */
#include "arch/cpu-bits.h"
#include "arch/platform/refuse.h"

#define HEADER_VERSION 0x2      /* 0.2 */
#define SBI_HSM 0x48534d        /* hart state management: SBI specification 2.0, chapter 9 */
#define SBI_HART_STOP 1
#define FIRST_STACK 640

/* The value of a word in this section. */
.macro LOAD register, word
    la \register, \word
    ld \register, (\register)
.endm

    .section .head, "ax"
    .globl image_start
image_start:
    .option push
    .option norvc
    j start
    nop                         /* code1 */
    .option pop
    .quad 0x200000              /* text_offset: 2 MiB into memory, behind the firmware */
    .quad image_file_size       /* the payload follows; memory for the kernel is looked for */
    .quad 0                     /* flags: little-endian */
    .word HEADER_VERSION, 0
    .quad 0
    .ascii "RISCV\0\0\0"
    .ascii "RSC\x05"
    .word 0

kernel_bytes:
    .quad body_size
place_bytes:
    .quad place_size

start:
    csrw sie, zero
    csrci sstatus, SSTATUS_SIE
    // One hart boots. Another that the kernel asks for may come here, too, instead of where it was told:
    // OpenSBI 1.1 marks a hart as starting before it notes the address. It goes back, and is asked again
    // (smp.c); this image stays where it is as long as the kernel runs.
    la t0, boots_already
    li t1, 1
    amoswap.w.aqrl t1, t1, (t0)
    bnez t1, not_asked
    // whatever faults here is the firmware's doing: nothing but its words has been taken for true
    la t0, faulted
    csrw stvec, t0
    mv s0, a0
    mv s1, a1
    la s2, image_start
    la s3, image_end
    la sp, first_stack_top

    mv a0, s1
    call read_device_tree
    mv a0, s1
    mv a1, s2
    mv a2, s3
    LOAD a3, place_bytes
    call find_place             /* (device tree, image, image end, size), a0 = address or 0 */
    beqz a0, no_place

    mv s4, a0
    LOAD t0, place_bytes
    add sp, s4, t0
    la a0, body
    la a1, body_end
    sub a1, a1, a0
    mv a2, s4
    LOAD s5, kernel_bytes
    mv a3, s5
    add a4, s4, s5
    call unpack                 /* (from, size, to, size, scratch), a0 = bytes written */
    bne a0, s5, broken
    fence.i
    mv a0, s0
    mv a1, s1
    mv a2, s2
    mv a3, s3
    jr s4

not_asked:
    li a6, SBI_HART_STOP
    li a7, SBI_HSM
    ecall
1:  wfi
    j 1b

no_place:
    la a0, no_place_text
    j refuse
    .balign 4
faulted:
    la a0, faulted_text
    j refuse
broken:
    la a0, broken_text

refuse:
    la sp, first_stack_top
    tail image_refuse

/* void image_say(const char *text) */
    .globl image_say
image_say:
    mv t0, a0
    SAY t0
    ret

/* NORETURN void image_off(void) */
    .globl image_off
image_off:
    SWITCH_OFF_FAILED

    .data
    .balign 4
boots_already:
    .word 0

    .section .rodata
no_place_text:
    .asciz "This machine's memory has no room for the kernel beside the image. Give it more memory (QEMU: -m)."
faulted_text:
    .asciz "What the firmware told cannot be read: register a1 names no device tree, or that names no memory."
broken_text:
    .asciz "The kernel in this image is damaged and cannot be unpacked. Build or copy the image again."

    .bss
    .balign 16
    .skip FIRST_STACK
first_stack_top:
