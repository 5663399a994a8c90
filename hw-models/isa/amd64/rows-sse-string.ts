/** Rows: SSE4.2's strings and CRC32, AES-NI, PCLMULQDQ, SHA. Intel SDM volume 2. */
import { type Meaning, type Row, row } from "./row.ts";
import * as crypto from "./sse-crypto.ts";
import * as sha from "./sse-sha.ts";
import { compareStrings } from "./sse-string.ts";

const aes = (opcode: string, mnemonic: string, meaning: Meaning): Row =>
  row(`66 0F 38 ${opcode} /r`, `${mnemonic} xmm1, xmm2/m128`, meaning);
const strings = (opcode: string, mnemonic: string, meaning: Meaning): Row =>
  row(`${opcode} /r ib`, `${mnemonic} xmm1, xmm2/m128, imm8`, meaning);

export const rows: readonly Row[] = [
  strings("o32 66 0F 3A 60", "PCMPESTRM", compareStrings("explicit", "mask")),
  strings("66 REX.W 0F 3A 60", "PCMPESTRM64", compareStrings("explicit wide", "mask")),
  strings("o32 66 0F 3A 61", "PCMPESTRI", compareStrings("explicit", "index")),
  strings("66 REX.W 0F 3A 61", "PCMPESTRI64", compareStrings("explicit wide", "index")),
  strings("66 0F 3A 62", "PCMPISTRM", compareStrings("implicit", "mask")),
  strings("66 0F 3A 63", "PCMPISTRI", compareStrings("implicit", "index")),

  row("F2 0F 38 F0 /r", "CRC32 r32, r/m8", crypto.crc32),
  row("66 F2 0F 38 F1 /r", "CRC32 r32, r/m16", crypto.crc32),
  row("F2 0F 38 F1 /r", "CRC32 r32, r/m32", crypto.crc32),
  row("F2 REX.W 0F 38 F0 /r", "CRC32 r64, r/m8", crypto.crc32),
  row("F2 REX.W 0F 38 F1 /r", "CRC32 r64, r/m64", crypto.crc32),

  aes("DC", "AESENC", crypto.round(false, false)),
  aes("DD", "AESENCLAST", crypto.round(false, true)),
  aes("DE", "AESDEC", crypto.round(true, false)),
  aes("DF", "AESDECLAST", crypto.round(true, true)),
  aes("DB", "AESIMC", crypto.inverseMix),
  row("66 0F 3A DF /r ib", "AESKEYGENASSIST xmm1, xmm2/m128, imm8", crypto.keyAssist),
  row("66 0F 3A 44 /r ib", "PCLMULQDQ xmm1, xmm2/m128, imm8", crypto.carrylessMultiply),

  row("NP 0F 3A CC /r ib", "SHA1RNDS4 xmm1, xmm2/m128, imm8", sha.fourRounds1),
  row("NP 0F 38 C8 /r", "SHA1NEXTE xmm1, xmm2/m128", sha.nextE),
  row("NP 0F 38 C9 /r", "SHA1MSG1 xmm1, xmm2/m128", sha.message1First),
  row("NP 0F 38 CA /r", "SHA1MSG2 xmm1, xmm2/m128", sha.message1Second),
  row("NP 0F 38 CB /r", "SHA256RNDS2 xmm1, xmm2/m128, <XMM0>", sha.twoRounds256),
  row("NP 0F 38 CC /r", "SHA256MSG1 xmm1, xmm2/m128", sha.message256First),
  row("NP 0F 38 CD /r", "SHA256MSG2 xmm1, xmm2/m128", sha.message256Second),
];
