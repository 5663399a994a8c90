// What the kernel pushes on the signal stack and rt_sigreturn reads back, per architecture.
//
// amd64: `rt_sigframe` (return address, ucontext, siginfo) lies below a 64-byte aligned vector area in
// XSAVE's standard format, to which uc_mcontext.fpstate points. Its bytes 464..511 (`sw_reserved`) say
// how large it is: magic1 = FP_XSTATE_MAGIC1, extended_size = the whole area and 4 bytes more,
// xstate_size = the area, xfeatures = the mask; FP_XSTATE_MAGIC2 stands in the 4 bytes after the area.
// With FXSAVE alone magic1 is 0. riscv64: `rt_sigframe` is siginfo then ucontext; F and D state is part
// of ucontext, and V state follows it. Long because it is pure data. Witness: asm/sigcontext.h, asm/ucontext.h, asm/ptrace.h, asm-generic/siginfo.h.
import type { Fields, StructDefinition } from "./layout.ts";

const struct = <const D extends StructDefinition>(definition: D): D => definition;

const riscvRegisters = {
  pc: "u64",
  ra: "u64",
  sp: "u64",
  gp: "u64",
  tp: "u64",
  t0: "u64",
  t1: "u64",
  t2: "u64",
  s0: "u64",
  s1: "u64",
  a0: "u64",
  a1: "u64",
  a2: "u64",
  a3: "u64",
  a4: "u64",
  a5: "u64",
  a6: "u64",
  a7: "u64",
  s2: "u64",
  s3: "u64",
  s4: "u64",
  s5: "u64",
  s6: "u64",
  s7: "u64",
  s8: "u64",
  s9: "u64",
  s10: "u64",
  s11: "u64",
  t3: "u64",
  t4: "u64",
  t5: "u64",
  t6: "u64",
} as const satisfies Fields;

export const signalFrames = {
  sigaction: struct({
    fields: {
      amd64: { sa_handler: "ptr", sa_flags: "u64", sa_restorer: "ptr", sa_mask: "u64" },
      riscv64: { sa_handler: "ptr", sa_flags: "u64", sa_mask: "u64" },
    },
  }),
  /** sigaltstack(2) calls it struct sigaltstack. */
  stack_t: struct({ fields: { ss_sp: "ptr", ss_flags: "i32", ss_size: "u64" }, witness: "sigaltstack" }),
  /** Who sent it (si_pid, si_uid, si_value), which timer (si_tid, si_overrun, si_value), or where a fault was (si_addr). */
  siginfo: struct({
    fields: {
      si_signo: "i32",
      si_errno: "i32",
      si_code: "i32",
      __pad: "u32",
      details: {
        union: [
          { si_pid: "i32", si_uid: "u32", si_value: "u64" },
          { si_tid: "i32", si_overrun: "i32" },
          { si_addr: "ptr", si_addr_lsb: "i16" },
          { __child: ["u64", 1], si_status: "i32", si_utime: "i64", si_stime: "i64" },
          { si_band: "i64", si_fd: "i32" },
          { _si_pad: ["u64", 14] },
        ],
      },
    },
    witness: null,
  }),
  sigevent: struct({
    fields: {
      sigev_value: "u64",
      sigev_signo: "i32",
      sigev_notify: "i32",
      details: { union: [{ sigev_notify_thread_id: "i32" }, { _sigev_pad: ["i32", 12] }] },
    },
  }),
  fpx_sw_bytes: struct({
    fields: {
      amd64: {
        magic1: "u32",
        extended_size: "u32",
        xfeatures: "u64",
        xstate_size: "u32",
        padding: ["u32", 7],
      },
    },
    witness: "_fpx_sw_bytes",
  }),
  /** The 512 bytes of FXSAVE, first part of XSAVE's area. */
  fpstate: struct({
    fields: {
      amd64: {
        cwd: "u16",
        swd: "u16",
        twd: "u16",
        fop: "u16",
        rip: "u64",
        rdp: "u64",
        mxcsr: "u32",
        mxcsr_mask: "u32",
        st_space: ["u32", 32],
        xmm_space: ["u32", 64],
        reserved2: ["u32", 12],
        sw_reserved: "struct fpx_sw_bytes",
      },
    },
    witness: "_fpstate_64",
  }),
  /** XSAVE's header, behind the 512 bytes. */
  xstate_header: struct({
    fields: { amd64: { xfeatures: "u64", reserved1: ["u64", 2], reserved2: ["u64", 5] } },
    witness: "_header",
  }),
  user_regs_struct: struct({ fields: { riscv64: riscvRegisters } }),
  /** What may follow the registers: a chain of these, each with its state behind it; END_MAGIC ends it. */
  riscv_ctx_hdr: struct({ fields: { riscv64: { magic: "u32", size: "u32" } }, witness: "__riscv_ctx_hdr" }),
  /** D state, and the rest of what Linux reserves for Q, which is zero; the word behind it must be, too. */
  riscv_fp_state: struct({
    fields: {
      riscv64: {
        f: ["u64", 32],
        fcsr: "u32",
        unused: ["u32", 64],
        reserved: "u32",
        extension: "struct riscv_ctx_hdr",
      },
    },
    witness: null,
  }),
  /** V state behind its header; the registers themselves are at datap. Linux 6.6: without vlenb, so as 6.5 had it, it is as large. */
  riscv_v_ext_state: struct({
    fields: { riscv64: { vstart: "u64", vl: "u64", vtype: "u64", vcsr: "u64", vlenb: "u64", datap: "ptr" } },
    align: 16,
    witness: null,
  }),
  sigcontext: struct({
    fields: {
      amd64: {
        r8: "u64",
        r9: "u64",
        r10: "u64",
        r11: "u64",
        r12: "u64",
        r13: "u64",
        r14: "u64",
        r15: "u64",
        rdi: "u64",
        rsi: "u64",
        rbp: "u64",
        rbx: "u64",
        rdx: "u64",
        rax: "u64",
        rcx: "u64",
        rsp: "u64",
        rip: "u64",
        eflags: "u64",
        cs: "u16",
        gs: "u16",
        fs: "u16",
        ss: "u16",
        err: "u64",
        trapno: "u64",
        oldmask: "u64",
        cr2: "u64",
        fpstate: "ptr",
        reserved1: ["u64", 8],
      },
      riscv64: { sc_regs: "struct user_regs_struct", sc_fpregs: "struct riscv_fp_state" },
    },
  }),
  ucontext: struct({
    fields: {
      amd64: {
        uc_flags: "u64",
        uc_link: "ptr",
        uc_stack: "struct stack_t",
        uc_mcontext: "struct sigcontext",
        uc_sigmask: "u64",
      },
      riscv64: {
        uc_flags: "u64",
        uc_link: "ptr",
        uc_stack: "struct stack_t",
        uc_sigmask: "u64",
        __unused: ["u8", 120],
        __align: "u64",
        uc_mcontext: "struct sigcontext",
      },
    },
  }),
  rt_sigframe: struct({
    fields: {
      amd64: { pretcode: "ptr", uc: "struct ucontext", info: "struct siginfo" },
      riscv64: { info: "struct siginfo", uc: "struct ucontext" },
    },
    witness: null,
  }),
};
