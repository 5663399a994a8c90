import type { Arch } from "../../runtime-abi/arch.ts";
import { layOut } from "../../runtime-abi/layout.ts";
import { structs } from "../../runtime-abi/structs.ts";
import type { Arg, Args, Pointee } from "../../spec/vocabulary.ts";

const scalars: Readonly<Record<string, number>> = { u8: 1, i32: 4, u32: 4, i64: 8, u64: 8 };

/** The C type of what user memory holds. */
export const cPointee = (to: Pointee): string => (to in scalars ? to : `struct abi_${to}`);

/** Its size in bytes. The checker has refused rows that name a struct which their architecture lacks. */
export const sizeOfPointee = (to: Pointee, arch: Arch): number => {
  const size = scalars[to] ?? layOut(structs, arch).get(to)?.size;
  if (size === undefined) throw new Error(`struct ${to} has no layout on ${arch}`);
  return size;
};

/** The C type in which bodies receive an argument: the table of spec/README.md. */
export const cTypeOf = (arg: Arg): string => {
  switch (arg.kind) {
    case "int":
    case "fd":
    case "pid":
    case "signo":
    case "clockid":
      return "int";
    case "uint":
    case "mode":
    case "flags":
      return "u32";
    case "size":
    case "flags64":
    case "exactly":
      return "u64";
    case "long":
    case "off":
    case "natural":
      return "i64";
    case "addr":
    case "word":
      return "uptr";
    case "string":
      return "const char *";
    case "reads":
    case "writes":
      return "struct user_buf";
    case "pointer":
      return `${arg.direction === "in" ? "const " : ""}${cPointee(arg.to)} *`;
    case "array":
      return arg.direction === "out"
        ? "struct user_buf"
        : `${arg.direction === "in" ? "const " : ""}${cPointee(arg.to)} *`;
  }
};

/** How the argument that counts is to be read: enum count_type. */
export const countTypeOf = (arg: Arg): string => {
  const type = cTypeOf(arg);
  return type === "int" ? "COUNT_I32" : type === "u32" ? "COUNT_U32" : "COUNT_U64";
};

/** The C expression that makes the body's argument from the prepared registers `a`. */
export const cFromRegisters = (name: string, args: Args, registers: Args, arch: Arch): string => {
  const arg = args[name] as Arg;
  const register = (one: string): string => `a[${Object.keys(registers).indexOf(one)}]`;
  const type = cTypeOf(arg);
  if (type === "struct user_buf") {
    const { len } = arg as { readonly len: string };
    const each = arg.kind === "array" ? sizeOfPointee(arg.to, arch) : 1;
    const count = `call_count(${register(len)}, ${countTypeOf(args[len] as Arg)})`;
    return `(struct user_buf){${register(name)}, ${count}${each === 1 ? "" : ` * ${each}`}}`;
  }
  return type === "u64" || type === "uptr" ? register(name) : `(${type})${register(name)}`;
};
