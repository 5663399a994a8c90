/* The kernel proper as the linker wrote it, boot header first. */
    .section .body, "a"
    .incbin "kernel.bin"
