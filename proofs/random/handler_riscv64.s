// A handler that writes down that it began and that it ended, and sends one more signal in between if asked to. It needs no goroutine,
// only the psABI's registers: A0 signal, A1 siginfo, A2 ucontext. Layouts: siginfo code 8; ucontext mask 40. Of
// `journal`: count 0, nested 8, process 16, thread 24, entries of 24 bytes from 32.
#include "textflag.h"

// Entry: signal in X28, code in X29, mask in X30.
#define NOTE \
	MOV $1, X6; AMOADDD X6, (X5), X7; AND $255, X7; MOV $24, X6; MUL X6, X7; ADD X5, X7; \
	MOV X28, 32(X7); MOV X29, 40(X7); MOV X30, 48(X7)

TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	MOV $·journal(SB), X5
	MOVW X10, X28
	MOVW 8(X11), X29
	MOV 40(X12), X30
	NOTE
	ADD $8, X5, X6
	AMOSWAPD X0, (X6), X12
	BEQ X12, X0, end
	MOV 16(X5), X10
	MOV 24(X5), X11
	MOV $131, X17 // tgkill
	ECALL
end:
	OR $1024, X28
	MOV $0, X29
	MOV $0, X30
	NOTE
	JALR X0, (X1)

TEXT ·handlerAddress(SB), NOSPLIT, $0-8
	MOV $handler<>(SB), X5
	MOV X5, ret+0(FP)
	RET
