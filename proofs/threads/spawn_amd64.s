#include "textflag.h"

// func spawn(flags, stack uintptr, parentTid, childTid *int32, counter *uint32, tls uintptr) int
TEXT ·spawn(SB), NOSPLIT, $0-56
	MOVQ flags+0(FP), DI
	MOVQ stack+8(FP), SI
	MOVQ parentTid+16(FP), DX
	MOVQ childTid+24(FP), R10
	MOVQ counter+32(FP), R12
	MOVQ tls+40(FP), R8
	MOVQ $56, AX // clone
	SYSCALL
	CMPQ AX, $0
	JEQ  child
	MOVQ AX, ret+48(FP)
	RET
child:
	LOCK
	INCL (R12)
	MOVQ $0, DI
	MOVQ $60, AX // exit
	SYSCALL
	INT  $3

// func fsBase() uintptr: arch_prctl(ARCH_GET_FS)
TEXT ·fsBase(SB), NOSPLIT, $8-8
	MOVQ $0x1003, DI
	LEAQ base-8(SP), SI
	MOVQ $158, AX
	SYSCALL
	MOVQ base-8(SP), AX
	MOVQ AX, ret+0(FP)
	RET
