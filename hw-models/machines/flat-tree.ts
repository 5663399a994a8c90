/**
 * Device trees, as data and as the flat blob that firmware hands over: Devicetree Specification 0.4, chapter 5, version
 * 17 of the format.
 */
export type TreeValue =
  /** An empty property: it is there. */
  | true
  | string
  | readonly string[]
  /** 32-bit cells. */
  | readonly number[]
  | Uint8Array;

export type TreeNode = {
  readonly properties: Readonly<Record<string, TreeValue>>;
  /** By name, with the unit address: "cpu@0". */
  readonly children?: Readonly<Record<string, TreeNode>>;
};

const magic = 0xd00dfeed;
const headerBytes = 40;
const Token = { begin: 1, end: 2, property: 3, finish: 9 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const zeroEnded = (text: string) => encoder.encode(`${text}\0`);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function cells(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value);
  return new Uint8Array(view.buffer);
}

const isText = (value: readonly unknown[]): value is readonly string[] => typeof value[0] === "string";

function encode(value: TreeValue): Uint8Array {
  if (value === true) return new Uint8Array();
  if (typeof value === "string") return zeroEnded(value);
  if (value instanceof Uint8Array) return value;
  return isText(value) ? joined(value.map(zeroEnded)) : cells(value as readonly number[]);
}

/** The blob; its length is a multiple of 8. */
export function flattenTree(root: TreeNode): Uint8Array {
  const structure: Uint8Array[] = [];
  const strings: Uint8Array[] = [];
  const stringOffsets = new Map<string, number>();
  let stringBytes = 0;

  function padded(bytes: Uint8Array) {
    structure.push(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  }
  function offsetOf(name: string): number {
    const known = stringOffsets.get(name);
    if (known !== undefined) return known;
    const bytes = zeroEnded(name);
    strings.push(bytes);
    stringOffsets.set(name, stringBytes);
    stringBytes += bytes.length;
    return stringBytes - bytes.length;
  }
  function emit(name: string, { properties, children }: TreeNode) {
    structure.push(cells([Token.begin]));
    padded(zeroEnded(name));
    for (const [property, value] of Object.entries(properties)) {
      const bytes = encode(value);
      structure.push(cells([Token.property, bytes.length, offsetOf(property)]));
      padded(bytes);
    }
    for (const [child, node] of Object.entries(children ?? {})) emit(child, node);
    structure.push(cells([Token.end]));
  }

  emit("", root);
  structure.push(cells([Token.finish]));
  const body = joined(structure);
  // Header, an empty reservation block (16 zero bytes), structure, strings.
  const structureAt = headerBytes + 16;
  const stringsAt = structureAt + body.length;
  const size = Math.ceil((stringsAt + stringBytes) / 8) * 8;
  const header = cells([
    ...[magic, size, structureAt, stringsAt, headerBytes],
    ...[17, 16, 0, stringBytes, body.length],
  ]);
  const blob = new Uint8Array(size);
  blob.set(joined([header, new Uint8Array(16), body, ...strings]));
  return blob;
}

/** A blob read back, properties as bytes: for tests and tools. Throws on what is no tree. */
export function readTree(blob: Uint8Array): TreeNode {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  if (view.getUint32(0) !== magic) throw new Error("this is no device tree");
  const strings = view.getUint32(12);
  let at = view.getUint32(8);
  const text = (from: number) => decoder.decode(blob.subarray(from, blob.indexOf(0, from)));
  const token = () => {
    at += 4;
    return view.getUint32(at - 4);
  };
  const align = () => {
    at = Math.ceil(at / 4) * 4;
  };

  function node(): TreeNode {
    const properties: Record<string, Uint8Array> = {};
    const children: Record<string, TreeNode> = {};
    for (;;) {
      const next = token();
      if (next === Token.property) {
        const [length, name] = [token(), text(strings + token())];
        properties[name] = blob.slice(at, at + length);
        at += length;
        align();
      } else if (next === Token.begin) {
        const name = text(at);
        at += encoder.encode(name).length + 1;
        align();
        children[name] = node();
      } else if (next === Token.end) return { properties, children };
    }
  }
  token();
  at += 1;
  align();
  return node();
}
