// Every struct that crosses the boundary between a Go program and the kernel, by Linux's own names and
// field names. Pointers of the program are `ptr`. Offsets and sizes are computed (layout.ts), asserted by
// the C compiler in abi.h, and compared with the installed headers (generator/emit/abi.test.ts).
// Signal frames are in signal-frames.ts. Long because it is pure data.
import type { Fields, StructDefinition } from "./layout.ts";
import { signalFrames } from "./signal-frames.ts";

const struct = <const D extends StructDefinition>(definition: D): D => definition;
const both = <const F extends Fields>(fields: F): { readonly fields: F } => ({ fields });

const timeStructs = {
  timespec: both({ tv_sec: "i64", tv_nsec: "i64" }),
  timeval: both({ tv_sec: "i64", tv_usec: "i64" }),
  timezone: both({ tz_minuteswest: "i32", tz_dsttime: "i32" }),
  itimerspec: both({ it_interval: "struct timespec", it_value: "struct timespec" }),
  itimerval: both({ it_interval: "struct timeval", it_value: "struct timeval" }),
  utimbuf: both({ actime: "i64", modtime: "i64" }),
  tms: both({ tms_utime: "i64", tms_stime: "i64", tms_cutime: "i64", tms_cstime: "i64" }),
};

const fileStructs = {
  stat: struct({
    fields: {
      amd64: {
        st_dev: "u64",
        st_ino: "u64",
        st_nlink: "u64",
        st_mode: "u32",
        st_uid: "u32",
        st_gid: "u32",
        __pad0: "u32",
        st_rdev: "u64",
        st_size: "i64",
        st_blksize: "i64",
        st_blocks: "i64",
        st_atime: "u64",
        st_atime_nsec: "u64",
        st_mtime: "u64",
        st_mtime_nsec: "u64",
        st_ctime: "u64",
        st_ctime_nsec: "u64",
        __unused: ["i64", 3],
      },
      riscv64: {
        st_dev: "u64",
        st_ino: "u64",
        st_mode: "u32",
        st_nlink: "u32",
        st_uid: "u32",
        st_gid: "u32",
        st_rdev: "u64",
        __pad1: "u64",
        st_size: "i64",
        st_blksize: "i32",
        __pad2: "i32",
        st_blocks: "i64",
        st_atime: "i64",
        st_atime_nsec: "u64",
        st_mtime: "i64",
        st_mtime_nsec: "u64",
        st_ctime: "i64",
        st_ctime_nsec: "u64",
        __unused4: "u32",
        __unused5: "u32",
      },
    },
  }),
  statx_timestamp: both({ tv_sec: "i64", tv_nsec: "u32", __reserved: "i32" }),
  statx: both({
    stx_mask: "u32",
    stx_blksize: "u32",
    stx_attributes: "u64",
    stx_nlink: "u32",
    stx_uid: "u32",
    stx_gid: "u32",
    stx_mode: "u16",
    __spare0: ["u16", 1],
    stx_ino: "u64",
    stx_size: "u64",
    stx_blocks: "u64",
    stx_attributes_mask: "u64",
    stx_atime: "struct statx_timestamp",
    stx_btime: "struct statx_timestamp",
    stx_ctime: "struct statx_timestamp",
    stx_mtime: "struct statx_timestamp",
    stx_rdev_major: "u32",
    stx_rdev_minor: "u32",
    stx_dev_major: "u32",
    stx_dev_minor: "u32",
    stx_mnt_id: "u64",
    stx_dio_mem_align: "u32",
    stx_dio_offset_align: "u32",
    stx_subvol: "u64",
    stx_atomic_write_unit_min: "u32",
    stx_atomic_write_unit_max: "u32",
    stx_atomic_write_segments_max: "u32",
    __spare1: ["u32", 1],
    __spare3: ["u64", 9],
  }),
  statfs: both({
    f_type: "i64",
    f_bsize: "i64",
    f_blocks: "u64",
    f_bfree: "u64",
    f_bavail: "u64",
    f_files: "u64",
    f_ffree: "u64",
    f_fsid: ["i32", 2],
    f_namelen: "i64",
    f_frsize: "i64",
    f_flags: "i64",
    f_spare: ["i64", 4],
  }),
  /** The part before d_name: 19 bytes, the name follows at once. */
  linux_dirent64: struct({
    fields: { d_ino: "u64", d_off: "i64", d_reclen: "u16", d_type: "u8" },
    packed: ["amd64", "riscv64"],
    witness: null,
  }),
  flock: both({ l_type: "i16", l_whence: "i16", l_start: "i64", l_len: "i64", l_pid: "i32" }),
  iovec: both({ iov_base: "ptr", iov_len: "u64" }),
  open_how: both({ flags: "u64", mode: "u64", resolve: "u64" }),
};

const pollStructs = {
  epoll_event: struct({ fields: { events: "u32", data: "u64" }, packed: ["amd64"] }),
  pollfd: both({ fd: "i32", events: "i16", revents: "i16" }),
  fd_set: struct({ fields: { fds_bits: ["u64", 16] }, witness: null }),
  /** What pselect6's sixth argument points to: a signal mask and its size. */
  sigset_argpack: struct({ fields: { p: "ptr", size: "u64" }, witness: null }),
};

const processStructs = {
  rlimit: both({ rlim_cur: "u64", rlim_max: "u64" }),
  rlimit64: both({ rlim_cur: "u64", rlim_max: "u64" }),
  rusage: both({
    ru_utime: "struct timeval",
    ru_stime: "struct timeval",
    ru_maxrss: "i64",
    ru_ixrss: "i64",
    ru_idrss: "i64",
    ru_isrss: "i64",
    ru_minflt: "i64",
    ru_majflt: "i64",
    ru_nswap: "i64",
    ru_inblock: "i64",
    ru_oublock: "i64",
    ru_msgsnd: "i64",
    ru_msgrcv: "i64",
    ru_nsignals: "i64",
    ru_nvcsw: "i64",
    ru_nivcsw: "i64",
  }),
  utsname: struct({
    fields: {
      sysname: ["char", 65],
      nodename: ["char", 65],
      release: ["char", 65],
      version: ["char", 65],
      machine: ["char", 65],
      domainname: ["char", 65],
    },
    witness: "new_utsname",
  }),
  sysinfo: both({
    uptime: "i64",
    loads: ["u64", 3],
    totalram: "u64",
    freeram: "u64",
    sharedram: "u64",
    bufferram: "u64",
    totalswap: "u64",
    freeswap: "u64",
    procs: "u16",
    pad: "u16",
    totalhigh: "u64",
    freehigh: "u64",
    mem_unit: "u32",
  }),
  robust_list_head: both({ list: "ptr", futex_offset: "i64", list_op_pending: "ptr" }),
  user_cap_header: struct({ fields: { version: "u32", pid: "i32" }, witness: "__user_cap_header_struct" }),
  user_cap_data: struct({
    fields: { effective: "u32", permitted: "u32", inheritable: "u32" },
    witness: "__user_cap_data_struct",
  }),
  /** include/uapi/linux/random.h, Linux 6.11: newer than the witness's headers. */
  vgetrandom_opaque_params: struct({
    fields: { size_of_opaque_state: "u32", mmap_prot: "u32", mmap_flags: "u32", reserved: ["u32", 13] },
    witness: null,
  }),
  riscv_hwprobe: struct({ fields: { riscv64: { key: "i64", value: "u64" } } }),
};

const terminalStructs = {
  termios: both({
    c_iflag: "u32",
    c_oflag: "u32",
    c_cflag: "u32",
    c_lflag: "u32",
    c_line: "u8",
    c_cc: ["u8", 19],
  }),
  winsize: both({ ws_row: "u16", ws_col: "u16", ws_xpixel: "u16", ws_ypixel: "u16" }),
};

const elfStructs = {
  elf64_hdr: both({
    e_ident: ["u8", 16],
    e_type: "u16",
    e_machine: "u16",
    e_version: "u32",
    e_entry: "u64",
    e_phoff: "u64",
    e_shoff: "u64",
    e_flags: "u32",
    e_ehsize: "u16",
    e_phentsize: "u16",
    e_phnum: "u16",
    e_shentsize: "u16",
    e_shnum: "u16",
    e_shstrndx: "u16",
  }),
  elf64_phdr: both({
    p_type: "u32",
    p_flags: "u32",
    p_offset: "u64",
    p_vaddr: "u64",
    p_paddr: "u64",
    p_filesz: "u64",
    p_memsz: "u64",
    p_align: "u64",
  }),
};

/** In the order in which C must see them. */
export const structs = {
  ...timeStructs,
  ...fileStructs,
  ...pollStructs,
  ...processStructs,
  ...terminalStructs,
  ...elfStructs,
  ...signalFrames,
};

export type StructName = keyof typeof structs;
