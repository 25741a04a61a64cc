import { openForWriting } from "../../src/files/sqlite.js";
import { present } from "../../src/model/present.js";

/** Whatever a terminal, a build server, a browser, a shell or a parser could act on. */
export const HOSTILE = [
  "::add-matcher::x",
  "a\n::stop-commands::x\r\n  ::error title=t::owned\u2028::warning::w\u0085::notice::n\u000b::debug::d\u3000",
  "\t \u00a0::set-output name=a::b",
  "##[set-output name=a]b ##vso[task.setvariable variable=a]b ##teamcity[x]",
  "\u001b]0;title\u0007\u001b[2J\u001b[35m\u001b[1;1H\u009b31m\u0090q\u009c",
  "\u202eevil\u2066\u2069\u200b\u200d\u00ad\ufeff\u061c\u{e0041}\u{e007f}\u{e0100}\u115f\u3164",
  "\ufffe\uffff\u{1fffe}\ufdd0\u0000\u0001\u007f\ud800",
  "]]><script>alert(1)</script><!-- &amp; \"'` -->",
  "'; touch PWNED; $(touch PWNED) `touch PWNED` | [a](b) %0A::error::x",
];

const at = (place: number) => present(HOSTILE[place % HOSTILE.length]);

/** Which strings give way: texts; words that steer (types, roles, reasons); ids, the same one everywhere; keys. */
export type Kind = "texts" | "words" | "ids" | "keys";

const STEERS = new Set(["type", "role", "status", "kind", "name", "method", "object", "stop_reason"]);
const ID = /(^id|ID|Id|_id)$/;

/** Puts hostile strings into a JSON value. */
export class Planter {
  #place = 0;
  readonly #ids = new Map<string, string>();

  constructor(readonly kinds: readonly Kind[]) {}

  text(): string {
    return at(this.#place++);
  }

  /** Behind the id, so that its host still knows what it names. */
  id(id: string): string {
    const known = this.#ids.get(id) ?? `${id}${at(this.#ids.size)}`;
    this.#ids.set(id, known);
    return known;
  }

  json(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.string(value, key);
    if (Array.isArray(value)) return value.map((inner) => this.json(inner, key));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]) => [name, this.json(inner, name)]);
    if (this.kinds.includes("keys")) entries.push([`${this.text()}${this.#place}`, this.text()]);
    return Object.fromEntries(entries);
  }

  string(value: string, key: string): string {
    if (ID.test(key)) return this.kinds.includes("ids") ? this.id(value) : value;
    const kind = STEERS.has(key) ? "words" : "texts";
    return this.kinds.includes(kind) ? this.text() : value;
  }
}

/** Plants in every text of the rows of a database. Tables of accounts stay out of it. */
export function plantInDatabase(path: string, planter: Planter): void {
  const db = openForWriting(path);
  try {
    db.pragma("foreign_keys = off");
    for (const table of ["project", "session", "message", "part", "ai_conversations", "ai_messages"]) {
      const columns = db.pragma(`table_info("${table}")`) as { name: string; type: string }[];
      for (const { name } of columns) {
        const rows = db
          .prepare(`select rowid, "${name}" as cell from "${table}" where typeof("${name}") = 'text'`)
          .all() as { rowid: number; cell: string }[];
        const update = db.prepare(`update or ignore "${table}" set "${name}" = ? where rowid = ?`);
        for (const { rowid, cell } of rows) update.run(planted(cell, name, planter), rowid);
      }
    }
  } finally {
    db.close();
  }
}

function planted(cell: string, column: string, planter: Planter): string {
  try {
    const value: unknown = JSON.parse(cell);
    if (typeof value === "object" && value !== null) return JSON.stringify(planter.json(value));
  } catch {
    // No JSON: a text of its own.
  }
  return planter.string(cell, column);
}

/** The code points on which something may act, but for the line feed. */
const ACTIVE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]/u;
const OWN_COLOR = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g;
const LINE_END = /\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/;

/** Returns the words of an output that could act; [] where there are none. `github`: the commands of that format are its own. */
export function problemsOf(output: string, { isTty = false, github = false } = {}): string[] {
  const text = isTty ? output.replace(OWN_COLOR, "") : output;
  const problems: string[] = [];
  for (const line of text.split(LINE_END)) {
    const isOwn =
      github && /^::(error|warning|notice) (file=[^,:]*,)?(line=\d+,col=\d+,)?title=[\w -]+::/.test(line);
    if (/^\s*::/.test(line) && !isOwn) problems.push(`command: ${line.slice(0, 80)}`);
    if (/##\w*\[/.test(line)) problems.push(`build command: ${line.slice(0, 80)}`);
  }
  const raw = ACTIVE.exec(text.replaceAll("\n", ""));
  if (raw) problems.push(`raw U+${present(raw[0].codePointAt(0)).toString(16)}`);
  return problems;
}
