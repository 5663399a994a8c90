/** How each architecture's kernel and vDSO are compiled and linked, as data. The reasons stand beside the flags. */
import type { Arch } from "../../runtime-abi/arch.ts";

export type Target = {
  /** For every file that runs in the kernel. */
  kernelFlags: readonly string[];
  /** The same for a kernel that is cut to its programs: the smallest rather than the fastest. */
  smallKernelFlags: readonly string[];
  /** For the vDSO, which runs in the program: position-independent, and free to use nothing but what it is given. */
  vdsoFlags: readonly string[];
  /** For what surrounds the kernel proper in the file, the unpacker: runs where it was loaded, before it. */
  imageFlags: readonly string[];
  /** The linker's names of the architecture, and of the mode in which a loader enters the image. */
  emulation: string;
  imageEmulation: string;
};

const fast = [
  // The whole kernel is to stay small; what is hot in it is short.
  "-O2",
  // Compiled with all of its folder, a function meets many callers: only what is small is worth copies. Clang's own
  // limit, 225, makes the file a tenth larger and a call 3 % shorter in instructions.
  ...["-mllvm", "-inline-threshold=60"],
];
// A copy is worth it where it is shorter than the call.
const small = ["-Oz", "-mllvm", "-inline-threshold=5"];

/** The unpacker shows no backtraces. */
const plain = ["-fomit-frame-pointer"];

/** For the linker, which compiles a small kernel as a whole: what is called once goes where it is called. */
export const smallLinkFlags = ["--lto-O2", "-mllvm", "-inline-threshold=5"];

/** Of a kernel that checks itself. */
export const debugFlags = [
  "-DKERNEL_DEBUG",
  // How deep a stack was used is seen by what was written there: shim-templates/debug/stack-depth.c.
  "-Wframe-larger-than=2304",
];

const commonFlags = [
  "-std=c11",
  "-ffreestanding",
  "-fno-stack-protector",
  // Nobody unwinds; backtraces follow the frame pointers.
  "-fno-asynchronous-unwind-tables",
  "-fno-omit-frame-pointer",
  // A function that calls none appears in none of them but as the first line, which is the program counter.
  "-momit-leaf-frame-pointer",
  // Page tables, ELF headers and frames are memory that is read as several types.
  "-fno-strict-aliasing",
  // What nothing calls is left out by the linker, and with it the bodies of rows left out of the table.
  "-ffunction-sections",
  "-fdata-sections",
  "-Wall",
  "-Wextra",
  "-Werror",
  // Bodies take all arguments of their row, used or not.
  "-Wno-unused-parameter",
];

const amd64 = ["--target=x86_64-unknown-none-elf", "-mno-red-zone", "-mgeneral-regs-only"];
const i386 = ["--target=i386-unknown-none-elf", "-mgeneral-regs-only"];

const riscv64 = [
  "--target=riscv64-unknown-none-elf",
  // The kernel keeps its hands off F and D; the assembly file that saves them says so itself.
  ...["-march=rv64imac", "-mabi=lp64"],
  // Any address, relative to the program counter: the kernel lies at the very top.
  "-mcmodel=medany",
  // Older lld cannot relax, and nothing here uses gp.
  "-mno-relax",
];

export const targets: Record<Arch, Target> = {
  amd64: {
    kernelFlags: [...amd64, "-mcmodel=kernel", "-fno-pic", ...commonFlags, ...fast],
    smallKernelFlags: [...amd64, "-mcmodel=kernel", "-fno-pic", ...commonFlags, ...small, "-flto"],
    vdsoFlags: [...amd64, "-fPIC", "-fvisibility=hidden", ...commonFlags, ...fast],
    // The Linux boot protocol enters in 32-bit mode.
    imageFlags: [...i386, "-fpie", "-fvisibility=hidden", ...commonFlags, ...small, ...plain],
    emulation: "elf_x86_64",
    imageEmulation: "elf_i386",
  },
  riscv64: {
    kernelFlags: [...riscv64, "-fno-pic", ...commonFlags, ...fast],
    smallKernelFlags: [...riscv64, "-fno-pic", ...commonFlags, ...small, "-flto"],
    vdsoFlags: [...riscv64, "-fPIC", "-fvisibility=hidden", ...commonFlags, ...fast],
    // Tables of addresses to jump to would need somebody to relocate them.
    imageFlags: [...riscv64, "-fno-pic", "-fno-jump-tables", ...commonFlags, ...small, ...plain],
    emulation: "elf64lriscv",
    imageEmulation: "elf64lriscv",
  },
};
