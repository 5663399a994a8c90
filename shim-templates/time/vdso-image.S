/* The linked vDSO as bytes of the kernel; the build puts vdso.so on the include path. */
    .section .rodata.vdso, "a"
    .globl vdso_image, vdso_image_end
    .balign 8
vdso_image:
    .incbin "vdso.so"
vdso_image_end:
