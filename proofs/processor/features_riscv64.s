// Instructions that assemblers of older Go releases do not know stand as words, with their names behind
// them. ucontext has pc at 176, siginfo is not looked at.
#include "textflag.h"

// func brokenReservation(word *uint64) uint64
TEXT ·brokenReservation(SB), NOSPLIT, $0-16
	MOV word+0(FP), X5
	WORD $0x1002b3af // lr.d x7, (x5)
	MOV $172, X17 // getpid
	ECALL
	MOV word+0(FP), X5
	WORD $0x1872b3af // sc.d x7, x7, (x5)
	MOV X7, ret+8(FP)
	RET

// func clock() uint64
TEXT ·clock(SB), NOSPLIT, $0-8
	WORD $0xc01022f3 // rdtime x5
	MOV X5, ret+0(FP)
	RET

// func registerBytes() uint64
TEXT ·registerBytes(SB), NOSPLIT, $0-8
	WORD $0xc22022f3 // csrr x5, vlenb
	MOV X5, ret+0(FP)
	RET

// func spinVectors(in, out *byte, loops uint64) (vl, vtype, vcsr uint64)
TEXT ·spinVectors(SB), NOSPLIT, $0-48
	WORD $0xc22022f3 // csrr x5, vlenb
	SLL $3, X5, X6
	MOV in+0(FP), X5
	WORD $0xe2828007 // vl8r.v v0, (x5)
	ADD X6, X5
	WORD $0xe2828407 // vl8r.v v8, (x5)
	ADD X6, X5
	WORD $0xe2828807 // vl8r.v v16, (x5)
	ADD X6, X5
	WORD $0xe2828c07 // vl8r.v v24, (x5)
	WORD $0xc492f057 // vsetivli x0, 5, e16, m2, ta, mu
	WORD $0x00a15073 // csrwi vxrm, 2
	WORD $0x0090d073 // csrwi vxsat, 1
	MOV loops+16(FP), X7
loop:
	ADD $-1, X7
	BNE X7, X0, loop
	WORD $0xc2002473 // csrr x8, vl
	WORD $0xc21024f3 // csrr x9, vtype
	WORD $0x00f025f3 // csrr x11, vcsr
	MOV X8, vl+24(FP)
	MOV X9, vtype+32(FP)
	MOV X11, vcsr+40(FP)
	MOV out+8(FP), X5
	WORD $0xe2828027 // vs8r.v v0, (x5)
	ADD X6, X5
	WORD $0xe2828427 // vs8r.v v8, (x5)
	ADD X6, X5
	WORD $0xe2828827 // vs8r.v v16, (x5)
	ADD X6, X5
	WORD $0xe2828c27 // vs8r.v v24, (x5)
	RET

TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	WORD $0x0c3072d7 // vsetvli x5, x0, e8, m8, ta, ma
	WORD $0x5e0fb057 // vmv.v.i v0, -1
	WORD $0x5e0fb457 // vmv.v.i v8, -1
	WORD $0x5e0fb857 // vmv.v.i v16, -1
	WORD $0x5e0fbc57 // vmv.v.i v24, -1
	WORD $0x00f05073 // csrwi vcsr, 0
	WORD $0x0081d073 // csrwi vstart, 3
	JALR X0, (X1)

// func vectorHandler() uintptr
TEXT ·vectorHandler(SB), NOSPLIT, $0-8
	MOV $handler<>(SB), X5
	MOV X5, ret+0(FP)
	RET

TEXT skip<>(SB), NOSPLIT|NOFRAME, $0
	MOV 176(X12), X5
	ADD $4, X5
	MOV X5, 176(X12)
	MOV $·skips(SB), X5
	MOV $1, X6
	AMOADDD X6, (X5), X7
	JALR X0, (X1)

// func skipHandler() uintptr
TEXT ·skipHandler(SB), NOSPLIT, $0-8
	MOV $skip<>(SB), X5
	MOV X5, ret+0(FP)
	RET
