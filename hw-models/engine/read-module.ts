/**
 * For tests: what the engine wrote, as somebody else reads it. Two readers give the same form: @webassemblyjs/wasm-parser
 * where it can, wabt where it cannot. The parser knows neither vector instructions nor saturating conversions (0xfc..,
 * 0xfd..) nor tail calls (0x13) and throws; nothing else may make it throw.
 */
import { decode } from "@webassemblyjs/wasm-parser";
import wabt from "wabt";

/** One instruction; immediates in the order of the text format, offsets of memory accesses as the only one of theirs. */
export type Token = { readonly op: string; readonly args: readonly (number | string)[] };
export type ReadFunction = { takes: string[]; gives: string[]; locals: string[]; body: Token[] };
export type ReadModule = {
  readonly reader: "wasm-parser" | "wabt";
  readonly imports: { module: string; name: string; takes: string[]; gives: string[]; kind: string }[];
  readonly exports: { name: string; kind: string; index: number }[];
  readonly types: { takes: string[]; gives: string[] }[];
  readonly functions: ReadFunction[];
};

const text = await wabt();
const unreadable = /^(Unexpected instruction: 0xf[cd]|tried to decode an illegal bytecode: 0x13)/;

export function readModule(bytes: Uint8Array): ReadModule {
  try {
    return fromParser(decode(bytes, {}).body[0]!.fields as Node[]);
  } catch (thrown) {
    if (!unreadable.test((thrown as Error).message)) throw thrown;
  }
  const module = text.readWasm(bytes, { readDebugNames: false, tail_call: true });
  const read = fromText(module.toText({ foldExprs: false, inlineExport: false }));
  module.destroy();
  return read;
}

// biome-ignore lint/suspicious/noExplicitAny: the parser's tree is described nowhere.
type Node = any;

const oldNames: Record<string, string> = {
  get_local: "local.get",
  set_local: "local.set",
  tee_local: "local.tee",
};
const signature = (node: Node) => ({
  takes: node.params.map((parameter: Node) => parameter.valtype) as string[],
  gives: [...node.results] as string[],
});

function fromParser(fields: readonly Node[]): ReadModule {
  const types = fields
    .filter(({ type }) => type === "TypeInstruction")
    .map((node) => signature(node.functype));
  const imports = fields
    .filter(({ type }) => type === "ModuleImport")
    .map(({ module, name, descr }) => ({
      module,
      name,
      kind: descr.type === "FuncImportDescr" ? "func" : descr.type.toLowerCase(),
      ...(descr.signature ? signature(descr.signature) : { takes: [], gives: [] }),
    }));
  const exports = fields
    .filter(({ type }) => type === "ModuleExport")
    .map(({ name, descr }) => ({
      name,
      kind: descr.exportType.toLowerCase(),
      index: Number(descr.id.value),
    }));
  const functions = fields
    .filter(({ type }) => type === "Func")
    .map((node) => {
      const body: Token[] = [];
      flatten(node.body, body);
      const locals = body.filter(({ op }) => op === "local").flatMap(({ args }) => args as string[]);
      return { ...signature(node.signature), locals, body: body.filter(({ op }) => op !== "local") };
    });
  return { reader: "wasm-parser", imports, exports, types, functions };
}

/** The parser's names are those of before 2018, with the type apart: `load16_u` of `u32`, `wrap/i64` of `i32`. */
function nameOf({ id, object }: Node): string {
  if (oldNames[id] !== undefined) return oldNames[id];
  if (object === undefined) return id;
  return `${object.replace("u", "i")}.${id.replace("/", "_")}`;
}

function immediate(arg: Node): number | string {
  if (arg.type === "ValtypeLiteral") return arg.name;
  if (arg.type === "LongNumberLiteral")
    return String((BigInt(arg.value.high) << 32n) | BigInt(arg.value.low >>> 0));
  if (arg.type === "Identifier" || arg.type === "NumberLiteral") return Number(arg.value);
  return String(arg.value);
}

function flatten(list: readonly Node[], into: Token[]): void {
  for (const node of list) {
    if (node.type === "BlockInstruction" || node.type === "LoopInstruction") {
      const op = node.type === "LoopInstruction" ? "loop" : "block";
      into.push({ op, args: (op === "loop" ? node.resulttype : node.blocktype) ? ["result"] : [] });
      flatten(node.instr, into);
      into.push({ op: "end", args: [] });
    } else if (node.type === "IfInstruction") {
      into.push({ op: "if", args: node.result ? ["result"] : [] });
      flatten(node.consequent, into);
      if (node.alternate.length > 0) into.push({ op: "else", args: [] });
      flatten(node.alternate, into);
      into.push({ op: "end", args: [] });
    } else if (node.type === "CallInstruction") {
      into.push({ op: "call", args: [Number(node.index.value)] });
    } else if (node.type === "CallIndirectInstruction") {
      into.push({ op: "call_indirect", args: [Number(node.signature.value ?? node.signature)] });
    } else if (node.id !== "end") {
      const offset = node.namedArgs?.offset?.value;
      const args = offset === undefined ? node.args.map(immediate) : [Number(offset)];
      into.push({ op: nameOf(node), args });
    }
  }
}

const words = (list: string | undefined): string[] => (list ?? "").trim().split(/\s+/).filter(Boolean);
function textSignature(line: string) {
  return {
    takes: words(/\(param ([^)]*)\)/.exec(line)?.[1]),
    gives: words(/\(result ([^)]*)\)/.exec(line)?.[1]),
  };
}

function fromText(wat: string): ReadModule {
  const read: ReadModule = { reader: "wabt", imports: [], exports: [], types: [], functions: [] };
  for (const raw of wat.split("\n")) {
    const line = raw
      .replace(/\(;[^;]*;\)/g, "")
      .replace(/;;.*/, "")
      .trim();
    const use = (): ReadModule["types"][number] => read.types[Number(/\(type (\d+)\)/.exec(line)![1])]!;
    const imported = /^\(import "([^"]*)" "([^"]*)" \((\w+)/.exec(line);
    const exported = /^\(export "([^"]*)" \((\w+) (\d+)\)/.exec(line);
    if (line.startsWith("(type")) read.types.push(textSignature(line));
    else if (imported) {
      const [, module, name, kind] = imported as unknown as [string, string, string, string];
      read.imports.push({ module, name, kind, ...(kind === "func" ? use() : { takes: [], gives: [] }) });
    } else if (exported) {
      read.exports.push({ name: exported[1]!, kind: exported[2]!, index: Number(exported[3]) });
    } else if (line.startsWith("(func")) {
      read.functions.push({ ...use(), locals: [], body: [] });
    } else if (line.startsWith("(local ")) {
      read.functions.at(-1)!.locals.push(...words(/\(local ([^)]*)\)/.exec(line)![1]));
    } else if (/^[a-z]/.test(line)) {
      // The function's own closing parenthesis stands behind its last instruction.
      read.functions
        .at(-1)!
        .body.push(textToken(line.replace(/\)+$/, (tail) => (line.includes("(") ? tail : ""))));
    }
  }
  return read;
}

function textToken(line: string): Token {
  const [op, ...rest] = line.replace(/[()]/g, " ").trim().split(/\s+/) as [string, ...string[]];
  if (op === "block" || op === "loop" || op === "if")
    return { op, args: rest.includes("result") ? ["result"] : [] };
  if (op === "call_indirect" || op === "return_call_indirect") return { op, args: [Number(rest.at(-1))] };
  if (/\.(load|store)/.test(op)) {
    const offset = rest.find((word) => word.startsWith("offset="))?.slice(7) ?? "0";
    return { op, args: [Number(offset)] };
  }
  if (op === "i64.const") return { op, args: [rest[0]!] };
  return { op, args: rest.map((word) => (Number.isNaN(Number(word)) ? word : Number(word))) };
}
