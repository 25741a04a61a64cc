import { createHash } from "node:crypto";
import { xmlProblem } from "./xml.js";

/** The elements that a page is made of. */
const ELEMENTS = new Set(
  `html head meta title style body a header p h1 h2 h3 h4 ul ol li code span main section figure figcaption svg desc rect
path circle text g form label select option div article strong b br blockquote table caption thead tbody tr th td pre
button details summary footer script`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `lang charset http-equiv content name class href id viewBox width height role aria-labelledby aria-label x y d cx cy r
text-anchor preserveAspectRatio for value autocomplete data-r data-f scope tabindex type hidden`.split(/\s+/),
);

/** Why a page is not whole, not closed to the world, or holds what no page of ours has; [] where all is well. */
export function pageProblems(page: string): string[] {
  if (page === "") return [];
  const problems: string[] = [];
  const inner = (name: string) => [...page.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))];
  const [style, script] = [inner("style"), inner("script")];
  if (style.length !== 1 || script.length !== 1)
    problems.push(`${style.length} styles, ${script.length} scripts`);
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/.exec(page)?.[1] ?? "";
  if (!policy.startsWith("default-src 'none';") || policy.includes("unsafe"))
    problems.push(`policy: ${policy}`);
  for (const [, text = ""] of [...style, ...script])
    if (!policy.includes(`'sha256-${createHash("sha256").update(text).digest("base64")}'`))
      problems.push("the policy does not know the style or the script");
  for (const [, text = ""] of style)
    if (/url\(|@import|https?:|expression/.test(text)) problems.push("the style loads something");
  const body = page
    .replace(/^<!DOCTYPE html>\n/, "")
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<script>[\s\S]*?<\/script>/, "");
  const malformed = xmlProblem(body.trim());
  if (malformed) problems.push(malformed);
  for (const [tag, name = ""] of body.matchAll(/<\/?([a-zA-Z0-9]+)[^>]*>/g)) {
    if (!ELEMENTS.has(name)) problems.push(`element ${name}`);
    for (const [, attribute = "", value = ""] of tag.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.has(attribute)) problems.push(`attribute ${attribute}`);
      if (attribute === "href" && value !== "#cases") problems.push(`link to ${value}`);
    }
  }
  const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  if (new Set(ids).size !== ids.length) problems.push("an id twice");
  return problems;
}
