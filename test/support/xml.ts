import { present } from "../../src/model/present.js";
/** Why a text is no well-formed XML document (elements, attributes and references only); null where it is. */
export function xmlProblem(text: string): string | null {
  const bad = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (bad) return `U+${present(bad[0].codePointAt(0)).toString(16)} is no XML character`;
  const open: string[] = [];
  let roots = 0;
  const rest = text.replace(/^<\?xml [^?<>]*\?>\s*/, "");
  for (const piece of rest.match(/<[^>]*>|[^<]+|</g) ?? []) {
    if (!piece.startsWith("<")) {
      const problem = textProblem(piece);
      if (problem) return problem;
      if (open.length === 0 && piece.trim() !== "") return `text outside: ${piece.slice(0, 40)}`;
      continue;
    }
    const tag = /^<(\/?)([a-z][\w-]*)((?:\s+[a-z][\w:-]*="[^"<]*")*)\s*(\/?)>$/.exec(piece);
    if (!tag) return `no tag: ${piece.slice(0, 60)}`;
    const [, isEnd, name = "", attributes = "", isEmpty] = tag;
    const names = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)];
    if (new Set(names.map(([, own]) => own)).size !== names.length) return `an attribute twice: ${piece}`;
    for (const [, , value = ""] of names) {
      const problem = textProblem(value);
      if (problem) return problem;
    }
    if (isEnd && open.pop() !== name) return `</${name}> closes nothing`;
    if (!isEnd && open.length === 0) roots++;
    if (!isEnd && !isEmpty) open.push(name);
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  return roots === 1 ? null : `${roots} root elements`;
}

function textProblem(text: string): string | null {
  const stray = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.exec(text);
  if (stray) return `a stray & at ${text.slice(stray.index, stray.index + 20)}`;
  return text.includes("]]>") ? "]]> in a text" : null;
}
