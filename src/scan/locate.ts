import type { JsonItem } from "../files/json-lines.js";
import { placesIn } from "../files/json-places.js";
import type { Finding } from "../model/report.js";
import type { JsonConversation } from "./json-conversations.js";

export type Located = JsonConversation & { readonly findings: readonly Finding[] };

/** Sets the line and column of every finding. The text is read once for all conversations. */
export function locate(item: JsonItem, conversations: readonly Located[]): void {
  const findings = conversations.flatMap((one) => one.findings);
  const paths = conversations.flatMap(({ form, value, path, text, findings: own }) => {
    // The string that holds a request is one place of the file.
    if (text !== undefined) return own.map(() => path);
    const pathOf = form.pathOf(value);
    return own.map((finding) => [...path, ...pathOf(finding)]);
  });
  const places = item.held ? item.held.placesOf(paths) : placesIn(item.text, paths);
  const before = Math.max(0, item.line - 1) + (item.before?.split("\n").length ?? 1) - 1;
  for (const [index, finding] of findings.entries()) {
    const place = places[index];
    if (place) finding.location = { ...place, line: place.line + before };
  }
}
