/* Executes given bytes on the CPU at hand and tells what they did to registers, flags and memory.
 *
 * Cases come on standard input and results go to standard output, both as the structs below, until the input ends.
 * The code runs in this process, at a fixed address, between two assembly stubs; a signal of the CPU ends it, and the
 * handler takes the registers from the signal frame. For Linux on x86-64. cases.ts knows the same layout. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE 0x10000000ul
#define DATA 0x20000000ul /* one page to write, then one to read, then nothing */
#define STATE 0x30000000ul
#define PAGE 4096
#define WINDOW 512 /* the end of the writable page, which cases give and results show */
#define CODE_BYTES 128

struct registers {
    uint64_t general[16];
    uint64_t flags, rip;
    uint8_t xmm[16][16];
    uint32_t mxcsr;
    uint32_t trap, error, pad; /* trap 0xffffffff: none */
    uint64_t fault_address;
};
struct test_case {
    struct registers before;
    uint32_t code_bytes, bits; /* 64, or 32: a compatibility-mode segment */
    uint8_t code[CODE_BYTES];
    uint8_t window[WINDOW];
};
struct result {
    struct registers after;
    uint64_t rest; /* a sum over the writable page outside of the window */
    uint8_t window[WINDOW];
};

/* The stubs use absolute addresses in STATE, which need no register: the registers at its start, a stack below 0x810,
 * the host's stack pointer at 0x900, a far pointer to the code at 0x910, a way back from 32-bit code at 0xa00. */
#define CODE_SELECTOR_64 0x33 /* Linux arch/x86/include/asm/segment.h: __USER_CS, __USER32_CS, __USER_DS */
#define CODE_SELECTOR_32 0x23
#define DATA_SELECTOR 0x2b

extern void run_code(void), code_ends(void), leave_code(void);
__asm__(
    ".text\n"
    "run_code:\n"
    "  push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "  mov %rsp, 0x30000900\n"
    "  mov $0x2b, %eax\n mov %eax, %ds\n mov %eax, %es\n"
    "  ldmxcsr 0x30000190\n"
    "  movdqu 0x30000090, %xmm0\n movdqu 0x300000a0, %xmm1\n movdqu 0x300000b0, %xmm2\n movdqu 0x300000c0, %xmm3\n"
    "  movdqu 0x300000d0, %xmm4\n movdqu 0x300000e0, %xmm5\n movdqu 0x300000f0, %xmm6\n movdqu 0x30000100, %xmm7\n"
    "  movdqu 0x30000110, %xmm8\n movdqu 0x30000120, %xmm9\n movdqu 0x30000130, %xmm10\n movdqu 0x30000140, %xmm11\n"
    "  movdqu 0x30000150, %xmm12\n movdqu 0x30000160, %xmm13\n movdqu 0x30000170, %xmm14\n movdqu 0x30000180, %xmm15\n"
    "  mov $0x30000080, %esp\n popfq\n"
    "  mov 0x30000000, %rax\n mov 0x30000008, %rcx\n mov 0x30000010, %rdx\n mov 0x30000018, %rbx\n"
    "  mov 0x30000020, %rsp\n mov 0x30000028, %rbp\n mov 0x30000030, %rsi\n mov 0x30000038, %rdi\n"
    "  mov 0x30000040, %r8\n mov 0x30000048, %r9\n mov 0x30000050, %r10\n mov 0x30000058, %r11\n"
    "  mov 0x30000060, %r12\n mov 0x30000068, %r13\n mov 0x30000070, %r14\n mov 0x30000078, %r15\n"
    "  ljmp *0x30000910\n"
    "code_ends:\n"
    "  mov %rsp, 0x30000020\n mov $0x30000808, %esp\n pushfq\n popq 0x30000080\n cld\n"
    "  mov %rax, 0x30000000\n mov %rcx, 0x30000008\n mov %rdx, 0x30000010\n mov %rbx, 0x30000018\n"
    "  mov %rbp, 0x30000028\n mov %rsi, 0x30000030\n mov %rdi, 0x30000038\n"
    "  mov %r8, 0x30000040\n mov %r9, 0x30000048\n mov %r10, 0x30000050\n mov %r11, 0x30000058\n"
    "  mov %r12, 0x30000060\n mov %r13, 0x30000068\n mov %r14, 0x30000070\n mov %r15, 0x30000078\n"
    "  movdqu %xmm0, 0x30000090\n movdqu %xmm1, 0x300000a0\n movdqu %xmm2, 0x300000b0\n movdqu %xmm3, 0x300000c0\n"
    "  movdqu %xmm4, 0x300000d0\n movdqu %xmm5, 0x300000e0\n movdqu %xmm6, 0x300000f0\n movdqu %xmm7, 0x30000100\n"
    "  movdqu %xmm8, 0x30000110\n movdqu %xmm9, 0x30000120\n movdqu %xmm10, 0x30000130\n movdqu %xmm11, 0x30000140\n"
    "  movdqu %xmm12, 0x30000150\n movdqu %xmm13, 0x30000160\n movdqu %xmm14, 0x30000170\n movdqu %xmm15, 0x30000180\n"
    "  stmxcsr 0x30000190\n"
    "leave_code:\n"
    "  mov 0x30000900, %rsp\n"
    "  pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n");

_Static_assert(__builtin_offsetof(struct registers, flags) == 0x80, "flags");
_Static_assert(__builtin_offsetof(struct registers, xmm) == 0x90, "xmm");
_Static_assert(__builtin_offsetof(struct registers, mxcsr) == 0x190, "mxcsr");

static const int order[16] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };

static void take_registers(int number, siginfo_t *info, void *frame)
{
    (void)number;
    (void)info;
    ucontext_t *context = frame;
    greg_t *from = context->uc_mcontext.gregs;
    struct registers *to = (struct registers *)STATE;
    for (int i = 0; i < 16; i++) to->general[i] = from[order[i]];
    to->flags = from[REG_EFL];
    to->rip = from[REG_RIP];
    to->trap = from[REG_TRAPNO];
    to->error = from[REG_ERR];
    to->fault_address = from[REG_CR2];
    memcpy(to->xmm, context->uc_mcontext.fpregs->_xmm, sizeof to->xmm);
    to->mxcsr = context->uc_mcontext.fpregs->mxcsr;
    context->uc_mcontext.fpregs->mxcsr = 0x1f80;
    from[REG_RIP] = (greg_t)leave_code;
    from[REG_EFL] &= ~0x40500; /* AC, DF, TF */
    from[REG_CSGSFS] = (from[REG_CSGSFS] & ~0xffffll) | CODE_SELECTOR_64;
}

static void *map(unsigned long at, size_t size, int rights)
{
    return mmap((void *)at, size, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static int read_all(void *to, size_t bytes)
{
    for (size_t have = 0; have < bytes;) {
        ssize_t n = read(0, (char *)to + have, bytes - have);
        if (n <= 0) return 0;
        have += n;
    }
    return 1;
}

int main(void)
{
    uint8_t *code = map(CODE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    uint8_t *data = map(DATA, 2 * PAGE, PROT_READ | PROT_WRITE);
    struct registers *state = map(STATE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    data[PAGE] = 0; /* present, so that a write to it is a protection fault */
    mprotect(data + PAGE, PAGE, PROT_READ);
    *(uint32_t *)(STATE + 0x910) = CODE;
    memcpy((void *)(STATE + 0xa00), (uint8_t[]){ 0xff, 0x24, 0x25, 0x20, 0x0a, 0x00, 0x30 }, 7); /* jmp *0x30000a20 */
    *(uint64_t *)(STATE + 0xa20) = (uint64_t)code_ends;

    static uint8_t signal_stack[65536];
    sigaltstack(&(stack_t){ .ss_sp = signal_stack, .ss_size = sizeof signal_stack }, 0);
    struct sigaction action = { .sa_sigaction = take_registers, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    int caught[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
    for (unsigned i = 0; i < sizeof caught / sizeof *caught; i++) sigaction(caught[i], &action, 0);

    static struct test_case asked;
    static struct result answer;
    static char out[1 << 20];
    setvbuf(stdout, out, _IOFBF, sizeof out);
    while (read_all(&asked, sizeof asked)) {
        *state = asked.before;
        state->trap = 0xffffffff;
        memset(data, 0, PAGE - WINDOW);
        memcpy(data + PAGE - WINDOW, asked.window, WINDOW);
        memset(code, 0xcc, 256);
        memcpy(code, asked.code, asked.code_bytes);
        uint8_t *end = code + asked.code_bytes;
        *(uint16_t *)(STATE + 0x914) = asked.bits == 32 ? CODE_SELECTOR_32 : CODE_SELECTOR_64;
        if (asked.bits == 32) memcpy(end, (uint8_t[]){ 0xea, 0x00, 0x0a, 0x00, 0x30, CODE_SELECTOR_64, 0 }, 7); /* ljmp */
        else memcpy(end, (uint8_t[]){ 0xff, 0x24, 0x25, 0x20, 0x0a, 0x00, 0x30 }, 7);
        run_code();
        answer.after = *state;
        if (state->trap == 0xffffffff) answer.after.rip = CODE + asked.code_bytes;
        answer.rest = 0;
        for (int i = 0; i < PAGE - WINDOW; i += 8) answer.rest = answer.rest * 31 + *(uint64_t *)(data + i);
        memcpy(answer.window, data + PAGE - WINDOW, WINDOW);
        fwrite(&answer, sizeof answer, 1, stdout);
    }
    return 0;
}
