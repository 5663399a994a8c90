// A handler that writes down that it began and that it ended, and sends one more signal in between if asked to. It needs no goroutine,
// only System V's registers: DI signal, SI siginfo, DX ucontext. Layouts: siginfo code 8; ucontext mask 296. Of
// `journal`: count 0, nested 8, process 16, thread 24, entries of 24 bytes from 32.
#include "textflag.h"

// Entry: signal in DI, code in CX, mask in DX.
#define NOTE \
	MOVQ $1, AX; LOCK; XADDQ AX, 0(R8); ANDQ $255, AX; LEAQ (AX)(AX*2), AX; SHLQ $3, AX; ADDQ R8, AX; \
	MOVQ DI, 32(AX); MOVQ CX, 40(AX); MOVQ DX, 48(AX)

TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	LEAQ ·journal(SB), R8
	MOVLQSX DI, DI
	MOVLQSX 8(SI), CX
	MOVQ 296(DX), DX
	NOTE
	MOVQ $0, DX
	XCHGQ DX, 8(R8)
	TESTQ DX, DX
	JZ end
	MOVQ DI, R9
	MOVQ 16(R8), DI
	MOVQ 24(R8), SI
	MOVQ $234, AX // tgkill
	SYSCALL
	MOVQ R9, DI
end:
	LEAQ ·journal(SB), R8
	ORQ $1024, DI
	MOVQ $0, CX
	MOVQ $0, DX
	NOTE
	RET

TEXT restorer<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ $15, AX
	SYSCALL
	INT $3

TEXT ·handlerAddress(SB), NOSPLIT, $0-8
	LEAQ handler<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET

TEXT ·restorerAddress(SB), NOSPLIT, $0-8
	LEAQ restorer<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
