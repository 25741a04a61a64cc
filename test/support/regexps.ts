import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { present } from "../../src/model/present.js";

export interface FoundPattern {
  /** File and line. */
  readonly place: string;
  readonly pattern: RegExp;
}

/** Every regular expression that stands in the files of a folder. */
export function patternsIn(folder: string): FoundPattern[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) => patternsOf(name, readFileSync(join(folder, name), "utf8")));
}

function patternsOf(name: string, text: string): FoundPattern[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: FoundPattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({
        place: `${name}:${line + 1} ${node.text}`,
        pattern: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const COMMON = [" ", "\n", "a", "A", "0", "=", "/", "\\", ";", "-", "_", '"', "\u00a0", "\u0001"];

/** Texts of about this length that make a pattern try again at many places: what it names, again and again. */
export function* attacksOn({ source }: RegExp, length: number): Generator<string> {
  // The literal words of the pattern, and the first of each set of characters.
  const words = source
    .replace(/\\([dws])/g, (_, kind: string) => ({ d: "0", w: "a", s: " " })[kind] ?? "")
    .replace(/\\[pP]\{[^}]*\}|\(\?(?:[:=!]|<[=!])|\{\d+,?\d*\}/g, "\u0000")
    .replace(/\\(.)/g, "$1")
    .split(/[()[\]{}|?*+^$\u0000]/)
    .filter((word) => word !== "");
  const [first = ""] = words;
  const pumps = new Set([
    ...COMMON,
    ...words,
    ...words.map((word) => word.charAt(0)),
    ...words.map((w) => present(w.at(-1))),
  ]);
  for (const pump of pumps)
    for (const begin of ["", first])
      for (const end of ["", "\n!", "!"]) yield begin + pump.repeat(Math.ceil(length / pump.length)) + end;
}
