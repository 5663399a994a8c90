#include "textflag.h"

// func spawn(flags, stack uintptr, parentTid, childTid *int32, counter *uint32, tls uintptr) int
TEXT ·spawn(SB), NOSPLIT, $0-56
	MOV flags+0(FP), X10
	MOV stack+8(FP), X11
	MOV parentTid+16(FP), X12
	MOV tls+40(FP), X13
	MOV childTid+24(FP), X14
	MOV counter+32(FP), X9
	MOV $220, X17 // clone
	ECALL
	BEQ X10, X0, child
	MOV X10, ret+48(FP)
	RET
child:
	MOV $1, X6
	AMOADDW X6, (X9), X7
	MOV X0, X10
	MOV $93, X17 // exit
	ECALL
	EBREAK
