/**
 * Reads the notation of the manual's instruction tables (Intel SDM volume 2, section 3.1.1): the opcode column
 * ("REX.W + 81 /0 id") and the instruction column ("ADD r/m64, imm32").
 *
 * What the manual says in prose or in its columns of modes is a word here: `o16 o32 o64` (operand size where the
 * operands do not tell it), `long` and `legacy` (only in, or never in, 64-bit mode).
 */

/** Operand sizes, also of the tables: 16, 32, 64 bits. */
export type SizeIndex = 0 | 1 | 2;
/** Mandatory prefix: none, 66, F3, F2; undefined: any of them, ignored or a size. */
export type Mandatory = 0 | 1 | 2 | 3 | undefined;

export type Encoding = {
  /** 0: one byte, 1: 0F, 2: 0F 38, 3: 0F 3A; 4 more with VEX. */
  readonly map: number;
  readonly opcode: number;
  readonly mandatory: Mandatory;
  readonly size: SizeIndex | undefined;
  /** 64 bits without REX.W, as PUSH has it. */
  readonly default64: boolean;
  readonly mode: "long" | "legacy" | undefined;
  /** "/r", "/digit", a whole byte, or the opcode's low three bits. */
  readonly modrm: "r" | { readonly digit: number } | { readonly byte: number } | undefined;
  readonly registerInOpcode: boolean;
  /** Bytes of each immediate. */
  readonly immediates: readonly number[];
};

export type OperandForm = {
  readonly kind:
    | "general"
    | "xmm"
    | "memory"
    | "immediate"
    | "relative"
    | "segment"
    | "control"
    | "debug"
    | "offset";
  /** Bits of the register, immediate or plain memory operand; 0 where it has no one width. */
  readonly bits: number;
  /** Bits of the memory form where the operand may also be memory ("r/m32", "xmm2/m64"). */
  readonly memoryBits?: number;
  /** The only register (its number), or the only value, that is meant: "CL", "FS", "1". */
  readonly fixed?: number;
  /** "ptr16:32": an immediate of 64 bits, this many of offset and above them the selector. */
  readonly pointer?: number;
  /** "r32b" of VEX instructions. */
  readonly second?: boolean;
};

const immediateBytes: Record<string, number> = { ib: 1, cb: 1, iw: 2, cw: 2, id: 4, cd: 4, cp: 6, io: 8 };
const fixedGeneral: Record<string, readonly [number, number]> = {
  AL: [8, 0],
  CL: [8, 1],
  AX: [16, 0],
  DX: [16, 2],
  EAX: [32, 0],
  RAX: [64, 0],
};
const segments = ["ES", "CS", "SS", "DS", "FS", "GS"];

export function parseOperand(text: string): OperandForm {
  const fixed = fixedGeneral[text];
  if (fixed) return { kind: "general", bits: fixed[0], fixed: fixed[1] };
  if (segments.includes(text)) return { kind: "segment", bits: 16, fixed: segments.indexOf(text) };
  if (text === "1") return { kind: "immediate", bits: 8, fixed: 1 };
  if (text === "Sreg") return { kind: "segment", bits: 16 };
  if (text === "CR0-CR8") return { kind: "control", bits: 64 };
  if (text === "DR0-DR7") return { kind: "debug", bits: 64 };
  const [, prefix, bits, memory] = /^(r|reg|xmm|imm|rel|moffs|m)(\d*)[ab]?(?:\/m(\d+))?$/.exec(text) ?? [];
  const size = Number(bits);
  if (text.startsWith("r/m"))
    return { kind: "general", bits: Number(text.slice(3)), memoryBits: Number(text.slice(3)) };
  const alternative = memory === undefined ? {} : { memoryBits: Number(memory) };
  switch (prefix) {
    case "r":
      return { kind: "general", bits: size, second: text.endsWith("b"), ...alternative };
    case "reg":
      return { kind: "general", bits: 32, ...alternative };
    case "xmm":
      return { kind: "xmm", bits: 128, ...alternative };
    case "imm":
      return { kind: "immediate", bits: size };
    case "rel":
      return { kind: "relative", bits: size };
    case "moffs":
      return { kind: "offset", bits: size };
  }
  if (/^m(\d|$)/.test(text)) return { kind: "memory", bits: prefix === "m" ? size : 0 };
  if (/^ptr16:/.test(text)) return { kind: "immediate", bits: 64, pointer: Number(text.slice(6)) };
  throw new Error(`unknown operand ${text}`);
}

/** "ADD r/m32, imm8" to the mnemonic and its operands; implicit ones ("<XMM0>") are the meaning's business. */
export function parseSyntax(syntax: string): { mnemonic: string; operands: OperandForm[] } {
  const operandStart = syntax.search(/ (?=(r|m|x|imm|rel|ptr|moffs|Sreg|CR|DR|1|[A-Z]{2,3}(,|$)))/);
  const cut = operandStart < 0 || /^REPN?E? /.test(syntax) ? syntax.length : operandStart;
  const list = syntax.slice(cut).trim();
  const operands = list === "" ? [] : list.split(/, ?/).filter((text) => !text.startsWith("<"));
  return { mnemonic: syntax.slice(0, cut).toLowerCase(), operands: operands.map(parseOperand) };
}

const mandatoryNumbers: Record<string, 0 | 1 | 2 | 3> = { NP: 0, "66": 1, F3: 2, F2: 3 };
const isByte = (token: string) => /^[0-9A-F]{2}(\+r.?)?$/.test(token);

export function parseEncoding(text: string, operands: readonly OperandForm[]): Encoding {
  const tokens = text.split(/ \+ | /);
  let map = 0;
  let mandatory: Mandatory;
  let size: SizeIndex | undefined;
  let wide = false;
  let mode: "long" | "legacy" | undefined;
  let modrm: Encoding["modrm"];
  const immediates: number[] = [];
  const bytes: string[] = [];
  tokens.forEach((token, index) => {
    const early = bytes.length === 0 && (tokens[index + 1] ?? "").search(/^([0-9A-F]{2}|REX|o\d)/) === 0;
    if (token.startsWith("VEX.")) {
      const parts = token.split(".");
      map = 4 + ["0F", "0F38", "0F3A"].findIndex((name) => parts.includes(name)) + 1;
      mandatory = mandatoryNumbers[parts.find((part) => part in mandatoryNumbers) ?? "NP"]!;
      wide = parts.includes("W1");
    } else if (token === "REX.W") wide = true;
    else if (token in mandatoryNumbers && (token === "NP" || early)) {
      if (mandatory === 1) size = 0; // 66 in front of F2 or F3 is a size
      mandatory = mandatoryNumbers[token]!;
    } else if (/^o(16|32|64)$/.test(token))
      size = (["o16", "o32", "o64"] as const).indexOf(token as "o16") as SizeIndex;
    else if (token === "long" || token === "legacy") mode = token;
    else if (token === "/r") modrm = "r";
    else if (/^\/[0-7]$/.test(token)) modrm = { digit: Number(token[1]) };
    else if (token in immediateBytes) immediates.push(immediateBytes[token]!);
    else if (isByte(token)) bytes.push(token);
    else throw new Error(`unknown notation ${token} in ${text}`);
  });
  if (map === 0 && bytes[0] === "0F") {
    map = bytes[1] === "38" ? 2 : bytes[1] === "3A" ? 3 : 1;
    bytes.splice(0, map > 1 ? 2 : 1);
  }
  const opcode = bytes[0]!;
  if (bytes[1]) modrm = { byte: Number.parseInt(bytes[1], 16) };
  const sizing = operands.find(
    ({ kind, bits, fixed }) => kind === "general" && bits > 8 && !(bits === 16 && fixed === 2),
  );
  const told = sizing && ([16, 32, 64].indexOf(sizing.bits) as SizeIndex);
  const default64 = !wide && told === 2 && map < 4;
  if (size === undefined) size = wide ? 2 : told === 2 ? undefined : told;
  if (map >= 4) size = wide ? 2 : 1;
  return {
    map,
    opcode: Number.parseInt(opcode.slice(0, 2), 16),
    mandatory,
    size,
    default64,
    mode: mode ?? (wide || default64 ? "long" : undefined),
    modrm,
    registerInOpcode: opcode.includes("+"),
    immediates,
  };
}
