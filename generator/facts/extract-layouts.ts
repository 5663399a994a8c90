/**
 * Struct layouts as clang lays them out for an architecture: size, and offset and type of each field.
 *
 * The fields are not listed here: `-fdump-record-layouts` prints every field of the structs named
 * below, nested ones with dotted names. Arrays appear once, with their type.
 */
import type { Headers } from "./headers.ts";
import { compile, includes } from "./probe.ts";

export interface Field {
  readonly offset: number;
  readonly type: string;
}
export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly fields: Record<string, Field>;
}

/** One header each, because some of them define the same things and cannot stand together. */
const structs: Record<string, readonly string[]> = {
  "asm/stat.h": ["stat"],
  "linux/stat.h": ["statx", "statx_timestamp"],
  "asm/statfs.h": ["statfs"],
  "linux/fcntl.h": ["flock"],
  "linux/openat2.h": ["open_how"],
  "linux/uio.h": ["iovec"],
  "linux/utime.h": ["utimbuf"],
  "linux/eventpoll.h": ["epoll_event"],
  "asm/poll.h": ["pollfd"],
  "linux/time.h": ["timespec", "timeval", "timezone", "itimerspec", "itimerval"],
  "linux/times.h": ["tms"],
  "linux/resource.h": ["rusage", "rlimit", "rlimit64"],
  "linux/utsname.h": ["new_utsname"],
  "linux/sysinfo.h": ["sysinfo"],
  "linux/sched.h": ["clone_args"],
  "linux/sched/types.h": ["sched_attr"],
  "linux/futex.h": ["robust_list", "robust_list_head", "futex_waitv"],
  "linux/rseq.h": ["rseq"],
  "linux/capability.h": ["__user_cap_header_struct", "__user_cap_data_struct"],
  "asm/signal.h": ["sigaction", "sigaltstack"],
  "asm/siginfo.h": ["siginfo", "sigevent"],
  "asm/ucontext.h": ["ucontext", "sigcontext", "_fpx_sw_bytes", "_fpstate_64", "_header", "_xstate", "__riscv_d_ext_state", "__riscv_ctx_hdr"],
  "asm/ptrace.h": ["user_regs_struct"],
  "asm/hwprobe.h": ["riscv_hwprobe"],
  "asm/termbits.h": ["termios"],
  "asm/termios.h": ["winsize"],
  "linux/elf.h": ["elf64_hdr", "elf64_phdr", "elf64_sym", "elf64_shdr", "elf64_note"],
};

/** Headers that one of the above needs before it. */
const before: Record<string, string> = {
  "asm/ucontext.h": "#include <asm/signal.h>\n#include <asm/sigcontext.h>\n",
  "asm/siginfo.h": "#include <asm/signal.h>\n",
  "linux/resource.h": "#include <linux/time.h>\n",
  "linux/sched/types.h": "#include <linux/types.h>\n",
};

/** Struct name (without `struct`) to layout, sorted by name. A struct that this version lacks is left out. */
export function extractLayouts(headers: Headers): Record<string, Layout> {
  const found: [string, Layout][] = [];
  for (const [file, names] of Object.entries(structs)) {
    if (!headers.has(file)) continue;
    const prelude = (before[file] ?? "") + includes(headers, [file]);
    for (const name of names) {
      const text = `${prelude}unsigned long probe = sizeof(struct ${name});\n`;
      const { stdout } = compile(headers, text, ["-Xclang", "-fdump-record-layouts", "-S", "-emit-llvm", "-o", "/dev/null"]);
      const layout = parse(stdout, name);
      if (layout) found.push([name, layout]);
    }
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Reads one record of the dump. Lines are `offset | <indentation>type name`; the indentation says how
 * deep a field is nested; the last line holds `sizeof=` and `align=`.
 */
function parse(dump: string, name: string): Layout | undefined {
  const records = dump.split("*** Dumping AST Record Layout");
  const record = records.find((text) => new RegExp(`^\\s*0 \\| struct ${name}$`, "m").test(text.split("\n").slice(0, 3).join("\n")));
  const sizes = record && /\[sizeof=(\d+),.*?align=(\d+)/s.exec(record);
  if (!record || !sizes) return undefined;
  const path: string[] = [];
  const fields: Record<string, Field> = {};
  for (const line of record.split("\n").slice(2)) {
    const match = /^\s*(\d+)(?::[\d-]+)? \| ( +)(.*)$/.exec(line);
    if (!match) continue;
    const depth = match[2]!.length / 2;
    // Where an unnamed union was declared is a path of the host: only what it is matters.
    const text = match[3]!.replace(/(struct|union) .*\((?:unnamed|anonymous).*?\)/, "$1");
    const parts = /^(.*\S) ([A-Za-z_]\w*)$/.exec(text);
    // A member without a name adds none to the names of its own members.
    const named = parts && !/^(struct|union) \w+$/.test(text);
    path.length = Math.max(0, depth - 1);
    path[depth - 1] = named ? parts[2]! : "";
    if (!named) continue;
    const key = path.filter((part) => part).join(".");
    fields[key] ??= { offset: Number(match[1]), type: parts[1]! };
  }
  return { size: Number(sizes[1]), align: Number(sizes[2]), fields };
}
