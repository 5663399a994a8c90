/**
 * The forms that stand in the interpreter's central loop; all others are called. Measured: these are more than 99.9 % of
 * what the kernel and Go programs execute in 64-bit mode. A smaller loop is compiled sooner and better by V8.
 *
 * One line: mnemonics, then their forms without spaces; "-" is no operand.
 */
const table = `
  adc bsf bsr popcnt sbb: r64,r64
  add or sub xor: m32,imm m32,r32 m64,imm m64,r64 m8,imm m8,r8 r32,imm r32,m32 r32,r32 r64,imm r64,m64
  add or sub xor: r64,r64 r8,imm r8,r8
  addsd divsd mulsd subsd ucomisd: xmm,m64 xmm,xmm
  and: m16,imm m32,imm m32,r32 m64,imm m64,r64 m8,imm m8,r8 r32,imm r32,m32 r32,r32 r64,imm r64,m64 r64,r64
  and: r8,imm r8,r8
  bswap: r32 r64
  bt: r32,imm r64,imm
  call: r64 rel
  cmova cmovae cmovb cmovbe cmove cmovg cmovge cmovl cmovle cmovne cmovno cmovnp cmovns cmovo cmovp cmovs: r32,r32
  cmova cmovae cmovb cmovbe cmove cmovg cmovge cmovl cmovle cmovne cmovno cmovnp cmovns cmovo cmovp cmovs: r64,r64
  cmp: m16,imm m16,r16 m32,imm m32,r32 m64,imm m64,r64 m8,imm m8,r8 r16,imm r16,r16 r32,imm r32,m32 r32,r32 r64,imm
  cmp: r64,m64 r64,r64 r8,imm r8,r8
  cvtsi2sd: xmm,m32 xmm,m64 xmm,r32 xmm,r64
  dec: m32 r32 r64
  div pop: r64
  imul: r32,m32 r32,r32 r32,r32,imm r64,m64 r64,r64 r64,r64,imm
  inc: m32 m64 r32 r64
  ja jae jb jbe je jg jge jl jle jne jno jnp jns jo jp jrcxz js: rel
  jmp: m64 rel
  lea: r32,m r64,m
  mov: m16,imm m16,r16 m32,imm m32,r32 m64,imm m64,r64 m8,imm m8,r8 r32,imm r32,m32 r32,r32 r64,imm
  mov: r64,imm64 r64,m64 r64,r64 r8,m8
  movaps movdqa movdqu movups: m128,xmm xmm,m128 xmm,xmm
  movq: m64,xmm r64,xmm xmm,r64
  movsd: m64,xmm xmm,m64 xmm,xmm
  movss: m32,xmm xmm,m32 xmm,xmm
  movsx movzx: r32,m16 r32,m8 r32,r16 r32,r8 r64,m16 r64,m8 r64,r16 r64,r8
  movsxd: r32,m32 r32,r32 r64,m32 r64,r32
  mul: m64 r64
  neg not: r32 r64
  nop: - m16 m32
  paddd pcmpeqb punpcklbw pxor xorps: xmm,xmm
  pmovmskb: r32,xmm
  pshufd pshuflw: xmm,xmm,imm
  pslld psrld: xmm,imm
  prefetcht0: m8
  push: imm r64
  ret: -
  rol ror sar shl: r32,imm r32,r8 r64,imm r64,r8
  rorx: r32,m32,imm r32,r32,imm r64,m64,imm r64,r64,imm
  sarx shlx shrx: r32,m32,r32 r32,r32,r32 r64,m64,r64 r64,r64,r64
  seta setae setb setbe setg setge setl setle setno setnp setns seto setp sets: r8
  sete setne: m8 r8
  shr: r16,imm r32,imm r32,r8 r64,imm r64,r8 r8,imm r8,r8
  test: m32,imm m32,r32 m64,imm m64,r64 m8,imm m8,r8 r16,imm r16,r16 r32,imm r32,r32 r64,imm r64,r64
  test: r8,imm r8,r8
  xadd: m32,r32 m64,r64
  xchg: m32,r32 m8,r8
`;

/** Names as `Instruction.name` has them. */
export const frequent: ReadonlySet<string> = new Set(
  table
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [mnemonics, forms] = line.trim().split(": ") as [string, string];
      return mnemonics
        .split(" ")
        .flatMap((mnemonic) =>
          forms
            .split(" ")
            .map((form) => (form === "-" ? mnemonic : `${mnemonic} ${form.replaceAll(",", ", ")}`)),
        );
    }),
);
