#include "textflag.h"

// func call(function, a, b, c, d, e uintptr) uintptr
// C functions keep X27, the goroutine, and X9. Their stack is the frame, from its high end.
TEXT ·call(SB), 0, $4096-56
	MOV a+8(FP), X10
	MOV b+16(FP), X11
	MOV c+24(FP), X12
	MOV d+32(FP), X13
	MOV e+40(FP), X14
	MOV function+0(FP), X5
	MOV X2, X9
	MOV $4000, X6
	ADD X2, X6
	AND $-16, X6
	MOV X6, X2
	JALR X1, (X5)
	MOV X9, X2
	MOV X10, ret+48(FP)
	RET
