/* The operations of SSE, each between a load and a store of MXCSR. */
#include "harness.h"

#define OPERATION(function, text)                                                               \
	static void function(const struct question *q, struct answer *out) {                      \
		unsigned was = 0x1f80, mxcsr = q->control;                                              \
		unsigned long bits = q->a;                                                              \
		asm volatile("movq %[bits], %%xmm0\n movq %[b], %%xmm1\n ldmxcsr %[mxcsr]\n" text       \
		             "\n stmxcsr %[mxcsr]\n ldmxcsr %[was]"                                     \
		             : [bits] "+r"(bits), [mxcsr] "+m"(mxcsr)                                   \
		             : [b] "r"(q->b), [was] "m"(was)                                            \
		             : "xmm0", "xmm1", "cc");                                                   \
		out->bits = bits;                                                                       \
		out->control = mxcsr;                                                                   \
	}
#define VECTOR(function, text) OPERATION(function, text "\n movq %%xmm0, %[bits]")
/* Clears what a result of 32 bits leaves above it. */
#define LOW "\n pslldq $12, %%xmm0\n psrldq $12, %%xmm0"
#define BOTH(name) VECTOR(name##_s, #name "ss %%xmm1, %%xmm0" LOW) VECTOR(name##_d, #name "sd %%xmm1, %%xmm0")
/* ZF, PF and CF in their places in the flags register. */
#define ORDER(name, text) OPERATION(name, text " %%xmm1, %%xmm0\n pushfq\n popq %[bits]\n andq $0x45, %[bits]")

BOTH(add) BOTH(sub) BOTH(mul) BOTH(div) BOTH(min) BOTH(max)
VECTOR(sqrt_s, "sqrtss %%xmm0, %%xmm0" LOW) VECTOR(sqrt_d, "sqrtsd %%xmm0, %%xmm0")
VECTOR(cvt_d_s, "cvtss2sd %%xmm0, %%xmm0")
VECTOR(cvt_s_d, "cvtsd2ss %%xmm0, %%xmm0" LOW)
VECTOR(cvt_s_w, "cvtsi2ssl %k[bits], %%xmm0" LOW)
VECTOR(cvt_s_l, "cvtsi2ssq %[bits], %%xmm0" LOW)
VECTOR(cvt_d_w, "cvtsi2sdl %k[bits], %%xmm0") VECTOR(cvt_d_l, "cvtsi2sdq %[bits], %%xmm0")
OPERATION(cvt_w_s, "cvtss2si %%xmm0, %k[bits]") OPERATION(cvt_l_s, "cvtss2si %%xmm0, %[bits]")
OPERATION(cvt_w_d, "cvtsd2si %%xmm0, %k[bits]") OPERATION(cvt_l_d, "cvtsd2si %%xmm0, %[bits]")
VECTOR(round_s, "roundss $4, %%xmm0, %%xmm0" LOW) VECTOR(round_d, "roundsd $4, %%xmm0, %%xmm0")
VECTOR(rint_s, "roundss $12, %%xmm0, %%xmm0" LOW) VECTOR(rint_d, "roundsd $12, %%xmm0, %%xmm0")
ORDER(quiet_s, "ucomiss") ORDER(quiet_d, "ucomisd") ORDER(order_s, "comiss") ORDER(order_d, "comisd")

#define NAMED(name) { #name, name }
#define PAIR(name) NAMED(name##_s), NAMED(name##_d)
const struct named operations[] = {
	PAIR(add), PAIR(sub), PAIR(mul), PAIR(div), PAIR(min), PAIR(max), PAIR(sqrt), NAMED(cvt_s_d), NAMED(cvt_d_s),
	NAMED(cvt_s_w), NAMED(cvt_s_l), NAMED(cvt_d_w), NAMED(cvt_d_l), NAMED(cvt_w_s), NAMED(cvt_l_s), NAMED(cvt_w_d),
	NAMED(cvt_l_d), PAIR(round), PAIR(rint), PAIR(quiet), PAIR(order), { 0 },
};
