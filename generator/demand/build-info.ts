/**
 * What `go build` recorded in the program: release, modules, settings. Package debug/buildinfo reads the same; the section
 * stays when a program is stripped.
 */
import { fail, type Outcome, succeed } from "../problem.ts";
import type { Program } from "./demand.ts";
import { goLineOf } from "./go-line.ts";
import { type Image, wordAt } from "./image.ts";

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const flagsAt = 15;
const stringsFollow = 2;
const stringsAt = 32;
/** Marks before and behind the module lines, so that other tools find them. */
const markBytes = 16;
/** Lengths of what a version can be: "go1.9", or with experiments and a vendor's words behind it. */
const shortestVersion = 5;
const longestVersion = 100;
const levelNames = { amd64: "GOAMD64", riscv64: "GORISCV64" } as const;
/** What older releases, which do not record it, compile for. */
const firstLevels = { amd64: "v1", riscv64: "rva20u64" } as const;

export function readBuildInfo(image: Image, name: string): Outcome<Program> {
  const section = image.section(".go.buildinfo");
  // Some builds leave the section out; the runtime's own copy of the version is there still.
  if (section === undefined) return succeed(programOf(image, versionVariable(image), ""));
  const start = image.offsetOf(section.address, section.bytes);
  const bytes = image.bytes.subarray(start, start + section.bytes);
  if (
    start < 0 ||
    !bytes.subarray(0, magic.length).equals(magic) ||
    !((bytes[flagsAt] ?? 0) & stringsFollow)
  ) {
    return fail(
      "bad-build-info",
      `${name} is damaged: its build information is not as Go 1.18 or newer writes it`,
    );
  }
  const version = readString(bytes, stringsAt);
  const modules = version && readString(bytes, version.end);
  if (version === undefined || modules === undefined || !/^(go1|devel)/.test(version.text)) {
    return fail("bad-build-info", `${name} is damaged: its build information is cut off`);
  }
  return succeed(programOf(image, version.text, modules.text));
}

/** `runtime.buildVersion`: the string in the program's variables that is a version and nothing else. */
function versionVariable(image: Image): string {
  for (const { address, fileEnd, offset, writable } of image.segments) {
    if (!writable) continue;
    for (let at = offset; at + 16 <= offset + fileEnd - address; at += 8) {
      const length = wordAt(image.view, at + 8);
      if (length < shortestVersion || length > longestVersion) continue;
      const text = image.offsetOf(wordAt(image.view, at), length);
      const version = text < 0 ? "" : image.bytes.toString("latin1", text, text + length);
      if (/^go1\.\d+(\.\d+)?([a-z. -][\w.: -]*)?$/.test(version)) return version;
    }
  }
  return "";
}

function programOf(image: Image, goVersion: string, marked: string): Program {
  const lines = marked.length > 2 * markBytes ? marked.slice(markBytes, -markBytes).split("\n") : [];
  const fields = lines.map((line) => line.split("\t"));
  const first = (key: string) => fields.find(([kind]) => kind === key);
  const settings: Record<string, string> = {};
  for (const [kind, setting = ""] of fields) {
    const equals = setting.indexOf("=");
    if (kind === "build" && equals > 0)
      settings[setting.slice(0, equals)] = unquote(setting.slice(equals + 1));
  }
  const chosen = (settings.DefaultGODEBUG ?? "").split(",").flatMap((pair) => {
    const [key = "", value] = pair.split("=");
    return value === undefined ? [] : [[key, value] as const];
  });
  const godebug = Object.fromEntries(chosen);
  const [, modulePath, moduleVersion = ""] = first("mod") ?? [];
  return {
    arch: image.arch,
    goVersion: goVersion.split(" ")[0] ?? goVersion,
    package: first("path")?.[1] ?? "",
    ...(modulePath === undefined ? {} : { module: { path: modulePath, version: moduleVersion } }),
    level: settings[levelNames[image.arch]] ?? firstLevels[image.arch],
    settings,
    godebug,
    goLine: goLineOf(goVersion, godebug, lines.length > 0),
    stripped: image.section(".symtab") === undefined,
  };
}

/** Values with special characters are quoted as Go quotes strings, which is nearly as JSON does. */
function unquote(value: string): string {
  if (!value.startsWith('"')) return value.replace(/^`(.*)`$/, "$1");
  try {
    return JSON.parse(value) as string;
  } catch {
    return value;
  }
}

/** A string behind its length, seven bits of it a byte. */
function readString(bytes: Buffer, start: number): { text: string; end: number } | undefined {
  let length = 0;
  let at = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || scale > 2 ** 35) return undefined;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  const end = at + length;
  // Marks are no UTF-8; what stands between them is ASCII but for the names of paths.
  return end > bytes.length ? undefined : { text: bytes.toString("latin1", at, end), end };
}
