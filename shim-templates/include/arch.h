/* What an architecture gives to the shared kernel. Both folders under arch/ define exactly this,
 * in files of the same names; shared code never asks which architecture it is on.
 *
 * Headers an architecture provides, found as "arch/NAME.h" (-I selects the folder):
 *   arch/cpu-arch.h  struct arch_cpu, this_cpu(), arch_pause(), arch_ticks(): the clock that user mode
 *                    can read too (TSC, time CSR)
 *   arch/regs.h      struct regs (every general register of the interrupted user code) and accessors
 *   arch/thread-arch.h struct arch_thread (vector state, thread pointer)
 *   arch/pte.h       page-table entry format (see mem.h)
 *   arch/layout.h    USER_TOP, KERNEL_BASE, PHYSMAP_BASE, PHYSMAP_SIZE, KSTACK_BASE
 *   arch/insn.h      mmio_read32(), mmio_write32(): a device's registers, for drivers of virtio/ */
#pragma once
#include "types.h"
#include "arch/regs.h"

struct thread;
struct cpu;
struct boot_info;
struct abi_sigaction;
struct abi_stack_t;

/* --- boot, in the order kernel_main() calls them ------------------------------------------------ */
void arch_init_memory(struct boot_info *boot); /* final kernel page tables, W^X; after pages_init() and options_parse() */
void arch_init_cpu(void);                      /* traps, per-CPU registers, vector state; every CPU */
void arch_init_platform(struct boot_info *boot); /* ACPI / device tree, interrupt controller, clocks */
u32 arch_start_cpus(void); /* starts the others; each calls cpu_main(). Returns how many run in all */

/* --- interrupts --------------------------------------------------------------------------------- */
void arch_ipi(struct cpu *cpu);      /* makes the CPU enter the kernel and call cpu_serve_requests() */
void arch_ipi_stop_all(void);        /* panic: stop every other CPU, whatever it does */
void arch_idle_wait(void);           /* interrupts on, halt until one, interrupts off; served on return */

/* --- time --------------------------------------------------------------------------------------- */
void arch_timer_set(u64 ticks);      /* next interrupt on this CPU at this tick; UINT64_MAX = none */
i64 arch_wall_clock(void);           /* ns since 1970 from RTC or hypervisor, 0 if there is none */

/* --- threads ------------------------------------------------------------------------------------ */
/* Saves `from`'s kernel context, loads `to`'s: stack, vector state, thread pointer. Returns when
 * `from` runs again, with the thread that ran before it on this CPU. */
struct thread *arch_switch(struct thread *from, struct thread *to);
/* Prepares a new thread: its first arch_switch() ends in thread_start(previous) on its own stack. */
bool arch_thread_init(struct thread *t);     /* false: out of memory */
void arch_thread_free(struct thread *t);
void arch_thread_copy_vector(struct thread *child); /* the running thread's vector state -> child */
NORETURN void arch_enter_user(struct regs *regs);   /* leaves the kernel through this frame */
/* amd64: FS base; riscv64: tp in its frame. False, and nothing done, for a value that cannot be there. */
bool arch_set_user_tls(struct thread *t, u64 value);

/* --- signal frames (layout: generated abi headers) ------------------------------------------------ */
struct signal_delivery;
/* Pushes siginfo + ucontext + vector state on the stack at `sp` and makes `regs` enter the handler.
 * -EFAULT when the stack cannot be written. */
int arch_signal_push(struct regs *regs, const struct signal_delivery *d, uptr sp);
u64 arch_signal_frame_max(void); /* AT_MINSIGSTKSZ: bytes of the largest frame, alignment included */
/* Undoes it for rt_sigreturn: regs, vector state and `mask` from the frame at the stack pointer.
 * Never trusts it: privileged bits keep their values. -EFAULT / -EINVAL for a forged frame. Afterwards
 * regs_in_syscall() is false: the registers get no result. */
int arch_signal_pop(struct regs *regs, u64 *mask, struct abi_stack_t *altstack);

/* --- machine ------------------------------------------------------------------------------------ */
void arch_console_write(const char *text, size_t len); /* raw bytes to the first serial port, polled */
bool arch_record_port(void);                           /* is there a second port for the record? */
void arch_record_write(const char *text, size_t len);
NORETURN void arch_power_off(int status);              /* the exit status travels where it can */
NORETURN void arch_halt(void);
bool arch_hardware_random(u64 *out);                   /* RDSEED/RDRAND or seed CSR; false if none */
void arch_show_registers(const struct regs *regs);     /* for backtrace() */
struct text;
void arch_cpuinfo(struct text *t, u32 cpu);            /* that CPU's paragraph of /proc/cpuinfo */
u64 arch_hwcap(void); /* AT_HWCAP: CPUID leaf 1 EDX; the letters of the ISA string */

/* A page whose contents may have been written as data is about to become executable: no CPU may go on
 * with what it has fetched there before. LOCK_MM held. */
void arch_code_appears(void);

/* --- TLB, this CPU only --------------------------------------------------------------------------- */
void arch_tlb_flush(uptr start, uptr end);
void arch_tlb_flush_all(void);

/* --- called by the architecture ------------------------------------------------------------------- */
NORETURN void kernel_main(struct boot_info *boot); /* boot/main.c, on the boot CPU */
NORETURN void cpu_main(void);                      /* thread/sched.c, on every other CPU */
void thread_start(struct thread *previous);        /* thread/sched.c, first code of a new thread */
/* core/entry.c: with the arguments, what C does not keep, pc and sp in the frame. Nothing of the frame is
 * changed; `more`: the frame is to be made whole, and the second is to be called, which ends with
 * return_to_user(). */
struct call_end {
    long result;
    u64 more;
};
struct call_end kernel_syscall(struct regs *regs);
void kernel_syscall_rest(struct regs *regs, long result);
void return_to_user(struct regs *regs);            /* core/entry.c; after every trap from user mode */
void timer_interrupt(void);                        /* time/timer.c */
void console_input(u8 byte);                       /* dev/console.c, from the serial interrupt */
/* A CPU fault taken in user mode that is not a page fault: becomes a signal. core/entry.c */
void user_fault(struct regs *regs, int signo, int code, uptr address);
/* A page fault on a user address, from user mode or inside user.h. core/entry.c
 * Returns true when the access can be repeated. In kernel mode false means: take the fixup. */
enum fault_access { FAULT_READ, FAULT_WRITE, FAULT_EXECUTE };
bool page_fault(struct regs *regs, uptr address, enum fault_access access, bool from_user);
