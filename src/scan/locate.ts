import type { JsonItem } from "../files/json-lines.js";
import { placesIn } from "../files/json-places.js";
import type { Finding } from "../model/report.js";
import type { JsonConversation } from "./json-conversations.js";

export type Located = JsonConversation & { readonly findings: readonly Finding[] };

/** Sets the line and column of every finding. The text is read once for all conversations. */
export function locate(item: JsonItem, conversations: readonly Located[]): void {
  const findings = conversations.flatMap((one) => one.findings);
  const paths = conversations.flatMap(({ form, value, path, findings: own }) => {
    const pathOf = form.pathOf(value);
    return own.map((finding) => [...path, ...pathOf(finding)]);
  });
  const places = placesIn(item.text, paths);
  for (const [index, finding] of findings.entries()) {
    const place = places[index];
    if (place) finding.location = { ...place, line: place.line + Math.max(0, item.line - 1) };
  }
}
