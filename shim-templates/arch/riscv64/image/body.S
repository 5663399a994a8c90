/* The kernel proper as the linker wrote it, deflated by the build (RFC 1951). */
    .section .body, "a"
    .globl body, body_end
body:
    .incbin "kernel.deflate"
body_end:
