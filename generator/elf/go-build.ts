/**
 * What `go build` wrote into a program about its making (package debug/buildinfo): a magic text on a multiple of 16
 * bytes, then, since Go 1.18, two strings with their lengths before them: the version, and lines such as
 * `build\tGORISCV64=rva22u64`, between marks of 16 bytes.
 */

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const flagsAt = 15;
const stringsFollow = 2;
const stringsAt = 32;

/** The value of one of the settings, GOARCH and the like; undefined if the file does not tell. */
export function goBuildSetting(file: Buffer, name: string): string | undefined {
  for (let at = file.indexOf(magic); at >= 0; at = file.indexOf(magic, at + 1)) {
    // A program that itself reads such programs has the text elsewhere, too.
    if (at % 16 !== 0 || !((file[at + flagsAt] ?? 0) & stringsFollow)) continue;
    const version = readString(file, at + stringsAt);
    const lines = readString(file, version.end).text.split("\n");
    const start = `build\t${name}=`;
    return lines.find((line) => line.startsWith(start))?.slice(start.length);
  }
  return undefined;
}

/** A string behind its length, seven bits of it a byte. */
function readString(file: Buffer, start: number): { text: string; end: number } {
  let length = 0;
  let at = start;
  for (let scale = 1; at < file.length; scale *= 128) {
    const byte = file[at++] ?? 0;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  const end = at + length;
  return { text: file.toString("latin1", at, end), end };
}
