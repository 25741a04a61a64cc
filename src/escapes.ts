/**
 * Code points on which a terminal, an editor or a log viewer acts, or which it does not show: control and format
 * characters (C1, bidirectional, zero width, soft hyphen, tags), line separators, unpaired surrogates, code points
 * that are no characters, and those that are never shown.
 */
const ACTIVE =
  /[\u034f\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u115f\u1160\u17b4\u17b5\u3164\uffa0\u{e0000}-\u{e0fff}]/gu;
/**
 * The second `#` of what build servers take for a command anywhere in a line: `##[group]`, `##vso[…]`, `##teamcity[…]`.
 */
const BUILD_COMMAND = /(?<=#)#(?=\w{0,30}\[)/g;
/** The first `:` of what GitHub takes for a command at the begin of a line; blanks and colours may stand before it. */
const LINE_COMMAND = /^((?:\u001b\[\d{1,2}m|[^\S\n])*):(?=:)/gm;
/** Matches characters that may need an escape. Most texts have none. */
const SUSPECT = /[^\x20-\x7e]|##/;
const SUSPECT_LINES = /[^\n\x20-\x7e]|##|::/;
/** The colour codes of the reports; no other escape sequence. */
const COLOR = /^(?:1|2|22|31|32|33|36|39)m/;
/** Commands that the `github` format writes on purpose. */
const GITHUB_COMMAND = /^::(?:error|warning|notice) [^\n]*$/;

/** Makes one harmless line of a text from outside: characters that could act on a terminal are written as `\uXXXX`. */
export function escapeText(text: string): string {
  return rewritten(text, escaped);
}

function rewritten(text: string, write: (character: string) => string): string {
  return SUSPECT.test(text) ? text.toWellFormed().replace(ACTIVE, write).replace(BUILD_COMMAND, write) : text;
}

export interface LineRules {
  /** Colours of the reports stay. */
  readonly color?: boolean;
  /** The commands of the `github` format stay. */
  readonly github?: boolean;
}

/** Escapes whole lines, so that no character acts on a terminal or a build server. JSON keeps its value. */
export function escapeLines(lines: string, { color = false, github = false }: LineRules = {}): string {
  if (!SUSPECT_LINES.test(lines)) return lines;
  const calm = lines
    .replace(ACTIVE, (character: string, at: number) => {
      if (character === "\n") return character;
      const isColor = color && character === "\u001b" && lines[at + 1] === "[";
      return isColor && COLOR.test(lines.slice(at + 2, at + 5)) ? character : escaped(character);
    })
    .replace(BUILD_COMMAND, escaped);
  if (!calm.includes("::")) return calm;
  if (!github) return calm.replace(LINE_COMMAND, "$1\\u003a");
  const lineByLine = calm.split("\n");
  return lineByLine
    .map((line) => (GITHUB_COMMAND.test(line) ? line : line.replace(LINE_COMMAND, "$1\\u003a")))
    .join("\n");
}

/** The same for text that comes in pieces, which need not end where a line does. */
export function* escapePieces(pieces: Iterable<string>, rules: LineRules = {}): Generator<string> {
  let begun: string[] = [];
  for (const piece of pieces) {
    const end = piece.lastIndexOf("\n") + 1;
    if (end === 0) {
      begun.push(piece);
      continue;
    }
    yield escapeLines(begun.join("") + piece.slice(0, end), rules);
    begun = [piece.slice(end)];
  }
  yield escapeLines(begun.join(""), rules);
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** The bytes of a character as bash and zsh read them between `$'` and `'`. */
function shellBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** An argument as a shell takes it; bash and zsh take one that cannot be shown: `$'\x1b'`. */
export function shellWord(argument: string): string {
  if (escapeText(argument) !== argument)
    return `$'${rewritten(argument.replace(/[\\']/g, "\\$&"), shellBytes)}'`;
  return /^[\w@%+:,./-][\w@%+=:,./~-]*$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** A path as a shell takes it, and no program takes for a flag. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith("-") && path !== "-" ? `./${path}` : path);
}
