/* The operations of the F and D extensions with dynamic rounding, and what a program without a C library needs. */
#include "harness.h"

#define OPERATION(function, text)                                                                \
	static void function(const struct question *q, struct answer *out) {                       \
		unsigned long bits, fcsr = q->control;                                                   \
		asm volatile("fmv.d.x fa0, %[a]\n fmv.d.x fa1, %[b]\n fmv.d.x fa2, %[c]\n fscsr %[fcsr]\n" text \
		             "\n frcsr %[fcsr]"                                                          \
		             : [bits] "=&r"(bits), [fcsr] "+r"(fcsr)                                     \
		             : [a] "r"(q->a), [b] "r"(q->b), [c] "r"(q->c)                               \
		             : "fa0", "fa1", "fa2");                                                     \
		out->bits = bits;                                                                        \
		out->control = fcsr;                                                                     \
	}
/* Single operands are handed over boxed. */
#define FLOAT(function, text) OPERATION(function, text "\n fmv.x.d %[bits], fa0")
#define BOTH(name)                                   \
	FLOAT(name##_s, "f" #name ".s fa0, fa0, fa1") \
	FLOAT(name##_d, "f" #name ".d fa0, fa0, fa1")
#define ORDER(name)                                             \
	OPERATION(name##_s, "f" #name ".s %[bits], fa0, fa1") \
	OPERATION(name##_d, "f" #name ".d %[bits], fa0, fa1")
#define CONVERT(to, from)                                              \
	OPERATION(cvt_##to##_##from, "fcvt." #to "." #from " %[bits], fa0") \
	FLOAT(cvt_##from##_##to, "fcvt." #from "." #to " fa0, %[a]")

BOTH(add) BOTH(sub) BOTH(mul) BOTH(div) BOTH(min) BOTH(max) ORDER(eq) ORDER(lt) ORDER(le)
FLOAT(sqrt_s, "fsqrt.s fa0, fa0") FLOAT(sqrt_d, "fsqrt.d fa0, fa0")
FLOAT(madd_s, "fmadd.s fa0, fa0, fa1, fa2") FLOAT(madd_d, "fmadd.d fa0, fa0, fa1, fa2")
FLOAT(cvt_s_d, "fcvt.s.d fa0, fa0") FLOAT(cvt_d_s, "fcvt.d.s fa0, fa0")
CONVERT(w, s) CONVERT(wu, s) CONVERT(l, s) CONVERT(lu, s) CONVERT(w, d) CONVERT(wu, d) CONVERT(l, d) CONVERT(lu, d)
OPERATION(class_s, "fclass.s %[bits], fa0") OPERATION(class_d, "fclass.d %[bits], fa0")

#define NAMED(name) { #name, name }
#define PAIR(name) NAMED(name##_s), NAMED(name##_d)
#define CONVERTS(to, from) NAMED(cvt_##to##_##from), NAMED(cvt_##from##_##to)
const struct named operations[] = {
	PAIR(add), PAIR(sub), PAIR(mul), PAIR(div), PAIR(min), PAIR(max), PAIR(eq), PAIR(lt), PAIR(le), PAIR(sqrt),
	PAIR(madd), NAMED(cvt_s_d), NAMED(cvt_d_s), CONVERTS(w, s), CONVERTS(wu, s),
	CONVERTS(l, s), CONVERTS(lu, s), CONVERTS(w, d), CONVERTS(wu, d), CONVERTS(l, d), CONVERTS(lu, d), PAIR(class),
	{ 0 },
};

static long call(long number, long a, const void *b, long c) {
	register long a0 asm("a0") = a;
	register const void *a1 asm("a1") = b;
	register long a2 asm("a2") = c, a7 asm("a7") = number;
	asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
	return a0;
}
long read(int fd, void *to, unsigned long bytes) { return call(63, fd, to, bytes); }
long write(int fd, const void *from, unsigned long bytes) { return call(64, fd, from, bytes); }
void *memset(void *to, int value, unsigned long bytes) {
	for (unsigned long i = 0; i < bytes; i++) ((volatile char *)to)[i] = value;
	return to;
}

int main(int argc, char **argv);
__attribute__((used)) static void start(long *stack) {
	call(93, main(stack[0], (char **)(stack + 1)), 0, 0);
}
asm(".globl _start\n_start: .option push\n.option norelax\nla gp, __global_pointer$\n.option pop\nmv a0, sp\nj start");
