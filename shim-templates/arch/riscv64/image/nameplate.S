/* The last page of the kernel file: how tools recognise it, and what `catkernel pack` writes into
 * it. struct nameplate in include/boot.h names the fields. The table's digest is filled in after
 * linking. */
#define E_MACHINE_RISCV 243

    .section .nameplate, "a"
    .ascii "catkernl"
    .long 1                     /* version */
    .long E_MACHINE_RISCV
    .long image_file_size, 0    /* kernel_size */
    .balign 4096
