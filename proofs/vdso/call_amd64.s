#include "textflag.h"

// func call(function, a, b, c, d, e uintptr) uintptr
// C functions keep R14, the goroutine, and BX; they want the stack aligned. Their stack
// is the frame, from its high end.
TEXT ·call(SB), 0, $4096-56
	MOVQ a+8(FP), DI
	MOVQ b+16(FP), SI
	MOVQ c+24(FP), DX
	MOVQ d+32(FP), CX
	MOVQ e+40(FP), R8
	MOVQ function+0(FP), AX
	MOVQ SP, BX
	LEAQ 4000(SP), R9
	ANDQ $~15, R9
	MOVQ R9, SP
	CALL AX
	MOVQ BX, SP
	XORPS X15, X15
	MOVQ AX, ret+48(FP)
	RET
