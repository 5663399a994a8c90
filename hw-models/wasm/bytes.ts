/**
 * A growing piece of a WebAssembly binary. The translator writes megabytes through it while a guest waits, so it is a
 * typed array with a position, and every constant has a form that needs no BigInt.
 *
 * Source: WebAssembly Core Specification 2.0, section 5.2 (values).
 */

export class Bytes {
  data: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.data = new Uint8Array(capacity);
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.data.length) return;
    const wider = new Uint8Array(Math.max(this.data.length * 2, this.length + more));
    wider.set(this.data);
    this.data = wider;
  }

  byte(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }

  /** Unsigned LEB128 of an unsigned 32-bit number. */
  u32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.data[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.data[this.length++] = rest;
  }

  /** Signed LEB128 of a 32-bit number. */
  s32(value: number): void {
    this.reserve(5);
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.data[this.length++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    this.data[this.length++] = rest & 0x7f;
  }

  /** Signed LEB128 of the 64-bit number with these halves. */
  s64(high: number, low: number): void {
    if (high === low >> 31) {
      this.s32(low);
      return;
    }
    this.reserve(10);
    let upper = high | 0;
    let lower = low | 0;
    for (;;) {
      const group = lower & 0x7f;
      lower = (lower >>> 7) | (upper << 25);
      upper >>= 7;
      const sign = group & 0x40 ? -1 : 0;
      if (upper === sign && lower === sign) {
        this.data[this.length++] = group;
        return;
      }
      this.data[this.length++] = group | 0x80;
    }
  }

  /** The eight or four bytes of a float constant, given as bits. */
  little(value: number, bytes: number): void {
    for (let index = 0; index < bytes; index++) this.byte((value >>> (8 * index)) & 0xff);
  }

  name(text: string): void {
    this.u32(text.length);
    for (let index = 0; index < text.length; index++) this.byte(text.charCodeAt(index));
  }

  append(other: Bytes): void {
    this.bytes(other.data, other.length);
  }

  bytes(source: Uint8Array, length = source.length): void {
    this.reserve(length);
    this.data.set(length === source.length ? source : source.subarray(0, length), this.length);
    this.length += length;
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length) as Uint8Array<ArrayBuffer>;
  }
}
