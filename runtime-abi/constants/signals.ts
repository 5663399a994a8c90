// Signals. Values as Linux defines them; the header that is the witness stands above each group.
import { group } from "./group.ts";

/** Signals. Witness: asm/signal.h. */
export const signalNumbers = group({
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
  SIGRTMIN: 32,
});

/** rt_sigprocmask(2). Witness: asm/signal.h. */
export const maskOperations = group({
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
  SIG_SETMASK: 2,
});

/** Handlers that are not functions. Witness: asm/signal.h. */
export const signalHandlers = group({
  SIG_DFL: 0,
  SIG_IGN: 1,
});

/** sa_flags of rt_sigaction(2). Witness: asm/signal.h. */
export const actionFlags = group({
  SA_NOCLDSTOP: 0x1,
  SA_NOCLDWAIT: 0x2,
  SA_SIGINFO: 0x4,
  SA_UNSUPPORTED: 0x400,
  SA_EXPOSE_TAGBITS: 0x800,
  SA_RESTORER: { amd64: 0x4000000 },
  SA_ONSTACK: 0x8000000,
  SA_RESTART: 0x10000000,
  SA_NODEFER: 0x40000000,
  SA_RESETHAND: 0x80000000,
});

/** sigaltstack(2). Witness: asm/signal.h. */
export const stackFlags = group({
  SS_ONSTACK: 0x1,
  SS_DISABLE: 0x2,
  SS_AUTODISARM: 0x80000000,
  MINSIGSTKSZ: 0x800,
  SIGSTKSZ: 0x2000,
});

/** si_code: who sent it, or which fault it was. Witness: asm/siginfo.h. */
export const signalCodes = group({
  SI_USER: 0,
  BUS_ADRALN: 1,
  FPE_INTDIV: 1,
  ILL_ILLOPC: 1,
  SEGV_MAPERR: 1,
  TRAP_BRKPT: 1,
  BUS_ADRERR: 2,
  FPE_INTOVF: 2,
  ILL_ILLOPN: 2,
  SEGV_ACCERR: 2,
  TRAP_TRACE: 2,
  BUS_OBJERR: 3,
  FPE_FLTDIV: 3,
  ILL_ILLADR: 3,
  SEGV_BNDERR: 3,
  FPE_FLTOVF: 4,
  ILL_ILLTRP: 4,
  SEGV_PKUERR: 4,
  TRAP_HWBKPT: 4,
  FPE_FLTUND: 5,
  ILL_PRVOPC: 5,
  FPE_FLTRES: 6,
  ILL_PRVREG: 6,
  FPE_FLTINV: 7,
  ILL_COPROC: 7,
  FPE_FLTSUB: 8,
  ILL_BADSTK: 8,
  FPE_FLTUNK: 14,
  SI_KERNEL: 128,
  SI_TKILL: -6,
  SI_SIGIO: -5,
  SI_ASYNCIO: -4,
  SI_MESGQ: -3,
  SI_TIMER: -2,
  SI_QUEUE: -1,
});

/** sigev_notify of timer_create(2). Witness: asm/siginfo.h. */
export const eventNotifications = group({
  SIGEV_SIGNAL: 0,
  SIGEV_NONE: 1,
  SIGEV_THREAD: 2,
  SIGEV_THREAD_ID: 4,
});

/** Marks around the extended vector state in a signal frame; amd64 only. Witness: asm/sigcontext.h. */
export const vectorMagics = group({
  FP_XSTATE_MAGIC2_SIZE: { amd64: 0x4 },
  FP_XSTATE_MAGIC2: { amd64: 0x46505845 },
  FP_XSTATE_MAGIC1: { amd64: 0x46505853 },
});
