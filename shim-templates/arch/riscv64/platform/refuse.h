/* For assembly that can go no further, before there is a kernel to say so: words on the firmware's
 * console, then off. (SBI specification 2.0: chapters 12, 10; 5 for firmware that is older.) */
#pragma once

#define SBI_CONSOLE 0x4442434e /* "DBCN" */
#define SBI_CONSOLE_BYTE 2
#define SBI_OLD_PUTCHAR 1
#define SBI_RESET 0x53525354   /* "SRST" */
#define SBI_RESET_SHUTDOWN 0
#define SBI_REASON_FAILURE 1
#define SBI_OLD_SHUTDOWN 8

/* Prints the string at \text, a register that it changes. Uses a0, a1, a6, a7. */
.macro SAY text
1:  lbu a0, (\text)
    beqz a0, 3f
    li a6, SBI_CONSOLE_BYTE
    li a7, SBI_CONSOLE
    ecall
    beqz a0, 2f
    lbu a0, (\text)
    li a7, SBI_OLD_PUTCHAR
    ecall
2:  addi \text, \text, 1
    j 1b
3:
.endm

/* Does not go on. */
.macro SWITCH_OFF_FAILED
    li a0, SBI_RESET_SHUTDOWN
    li a1, SBI_REASON_FAILURE
    li a6, 0
    li a7, SBI_RESET
    ecall
    li a7, SBI_OLD_SHUTDOWN
    ecall
1:  wfi
    j 1b
.endm
