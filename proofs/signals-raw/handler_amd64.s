// The handler of proof signals-raw: it needs no goroutine, only System V's registers: DI signal,
// SI siginfo, DX ucontext. Layouts: siginfo code 8, pid 16; ucontext stack 16 and 32, fpstate 224, mask 296.
#include "textflag.h"

TEXT handler<>(SB), NOSPLIT|NOFRAME, $0
	LEAQ ·seen(SB), R8
	MOVLQSX DI, DI
	MOVQ DI, 8(R8)
	MOVLQSX 8(SI), AX
	MOVQ AX, 16(R8)
	MOVQ SP, 24(R8)
	MOVQ 296(DX), AX
	MOVQ AX, 40(R8)
	MOVLQSX 16(SI), AX
	MOVQ AX, 48(R8)
	MOVQ 16(DX), AX
	MOVQ AX, 56(R8)
	MOVQ 32(DX), AX
	MOVQ AX, 64(R8)

	// rt_sigprocmask(SIG_BLOCK, NULL, &seen.maskInside, 8)
	MOVQ $14, AX
	MOVQ $0, DI
	MOVQ $0, SI
	LEAQ 32(R8), DX
	MOVQ $8, R10
	SYSCALL
	LEAQ ·seen(SB), R8
	LOCK
	INCQ 0(R8)
	RET

// Spoils the frame that the program goes on from: bits of MXCSR that no CPU has, and, if the state is marked as an extended
// one, words of its header that have to be zero. QEMU 7.2 looks at these alone.
TEXT forger<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ 224(DX), R8
	MOVL $-1, 24(R8)
	CMPL 464(R8), $0x46505853
	JNE legacy
	MOVQ $-1, 528(R8)
legacy:
	RET

TEXT restorer<>(SB), NOSPLIT|NOFRAME, $0
	MOVQ $15, AX
	SYSCALL
	INT $3

TEXT ·handlerAddress(SB), NOSPLIT, $0-8
	LEAQ handler<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET

TEXT ·forgerAddress(SB), NOSPLIT, $0-8
	LEAQ forger<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET

TEXT ·restorerAddress(SB), NOSPLIT, $0-8
	LEAQ restorer<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
