// The handler of proof signals-raw: it needs no goroutine, only the psABI's registers: A0 signal,
// A1 siginfo, A2 ucontext. Layouts: siginfo code 8, pid 16; ucontext stack 16 and 32, mask 40, reserved word 948.
#include "textflag.h"

TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOV $·seen(SB), X5
	MOVW X10, X6
	MOV X6, 8(X5)
	MOVW 8(X11), X6
	MOV X6, 16(X5)
	MOV X2, 24(X5)
	MOV 40(X12), X6
	MOV X6, 40(X5)
	MOVW 16(X11), X6
	MOV X6, 48(X5)
	MOV 16(X12), X6
	MOV X6, 56(X5)
	MOV 32(X12), X6
	MOV X6, 64(X5)

	// rt_sigprocmask(SIG_BLOCK, NULL, &seen.maskInside, 8)
	MOV $135, X17
	MOV X0, X10
	MOV X0, X11
	ADD $32, X5, X12
	MOV $8, X13
	ECALL
	MOV $1, X6
	AMOADDD X6, (X5), X7
	JALR X0, (X1)

// A word that has to be zero, in the frame that the program goes on from.
TEXT forger<>(SB), NOSPLIT|NOFRAME, $0
	MOV $1, X5
	MOVW X5, 948(X12)
	JALR X0, (X1)

TEXT ·forgerAddress(SB), NOSPLIT, $0-8
	MOV $forger<>(SB), X5
	MOV X5, ret+0(FP)
	RET

TEXT ·handlerAddress(SB), NOSPLIT, $0-8
	MOV $handler<>(SB), X5
	MOV X5, ret+0(FP)
	RET

TEXT ·restorerAddress(SB), NOSPLIT, $0-8
	MOV X0, ret+0(FP)
	RET
