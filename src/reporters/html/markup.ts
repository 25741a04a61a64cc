import { safeText } from "../safe-text.js";

/** Text that is HTML already. Every other text is escaped where it enters a page. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = Markup | readonly Markup[] | string | number | false | null | undefined;

/** Builds HTML; values become text, in which nothing acts in a browser, a terminal or a build server. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((piece, at) => piece + rendered(values[at])).join(""));
}

function rendered(value: Value): string {
  if (value === false || value === null || value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(({ text }) => text).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Text as it may stand between tags and in quoted attributes. */
function escapeHtml(text: string): string {
  return safeText(text)
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "")
    .replaceAll("::", "&#58;&#58;");
}
