/**
 * What the code of Go's runtime does not tell by itself.
 */
import { general } from "../../hw-models/isa/amd64/decode-tables.ts";
import { xOffset } from "../../hw-models/isa/riscv64/state.ts";

/**
 * syscall.AllThreadsSyscall stores number and arguments in a variable, and each thread's signal handler makes the call from
 * there: what is asked at `site` is what `asks` was called with (Go, src/runtime/os_linux.go). Its arguments come in the
 * registers of Go's own convention (abi-internal.md): number first.
 */
export const allThreads = {
  site: "runtime.runPerThreadSyscall",
  asks: "syscall.runtime_doAllThreadsSyscall",
  registers: {
    amd64: registersOf([0, 3, 1, 7, 6, 8, 9].map(general)), // RAX RBX RCX RDI RSI R8 R9
    riscv64: registersOf([10, 11, 12, 13, 14, 15, 16].map(xOffset)),
  },
} as const;

/**
 * The number of fcntl, which Go's libraries keep in a variable that only 32-bit Linux changes (src/syscall/flock_linux.go; the same
 * in golang.org/x/sys/unix). No other number of a call is in a variable.
 */
export const numberInVariable = { amd64: 72, riscv64: 25 } as const;

/**
 * Functions that stand in a variable for one method to call, though a program may be linked without the method: nobody
 * calls them then. The methods defer something, so that they are never inlined (Go, src/syscall/syscall_unix.go; the same in
 * golang.org/x/sys/unix).
 */
export const heldFor: Readonly<Record<string, string>> = Object.fromEntries(
  ["syscall", "golang.org/x/sys/unix"].flatMap((library) => [
    [`${library}.mmap`, `${library}.(*mmapper).Mmap`],
    [`${library}.munmap`, `${library}.(*mmapper).Munmap`],
    [`${library}.mremap`, `${library}.(*mremapMmapper).Mremap`],
  ]),
);

/**
 * Functions whose callers ask first for what only another function makes so; nobody calls them where that is not linked. None
 * of these is short enough to be inlined. An empty name: nothing makes it so.
 */
export const calledOnlyWith: Readonly<Record<string, string>> = {
  // Where the rate is not 0, and only this sets it (src/runtime/proc.go, sched.profilehz).
  "runtime.setThreadCPUProfiler": "runtime.setcpuprofilerate",
  // Where there is no auxiliary vector; a static program always gets one (src/runtime/os_linux.go, sysargs).
  "runtime.mincore": "",
};

function registersOf([number, ...args]: readonly number[]): { number: number; args: readonly number[] } {
  return { number: number!, args };
}
