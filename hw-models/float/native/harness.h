/* What harness.c shares with the operations of one CPU. Operations and control words are numbered by the asker. */
struct question {
	unsigned operation;
	unsigned control; /* x86: MXCSR; riscv64: fcsr */
	unsigned long a, b, c;
};

struct answer {
	unsigned long bits;
	unsigned long control; /* the control word afterwards */
};

typedef void operation(const struct question *, struct answer *);

struct named {
	const char *name;
	operation *run;
};

extern const struct named operations[];

long read(int fd, void *to, unsigned long bytes);
long write(int fd, const void *from, unsigned long bytes);
