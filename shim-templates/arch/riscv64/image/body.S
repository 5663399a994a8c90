/* The kernel proper as the linker wrote it, packed by the build (generator/compile/link-image.ts). */
    .section .body, "a"
    .globl body, body_end
body:
    .incbin "kernel.packed"
body_end:
