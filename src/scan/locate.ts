import type { JsonItem } from "../files/json-file.js";
import { type JsonPath, placesIn } from "../files/json-places.js";
import type { Json } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import { isObject } from "../model/text.js";
import { messagesOf } from "../stores/request/format.js";
import type { JsonConversation } from "./json.js";

export type Located = JsonConversation & { readonly findings: readonly Finding[] };

/** Notes the line and column of every finding; reads the text once, however many conversations it holds. */
export function locate(item: JsonItem, conversations: readonly Located[]): void {
  const findings = conversations.flatMap((one) => one.findings);
  const paths = conversations.flatMap(({ kind, value, path, findings: own }) => {
    const pathOf = kind === "export" ? exportPaths(value) : requestPaths(value);
    return own.map((finding) => [...path, ...pathOf(finding)]);
  });
  for (const [index, place] of placesIn(item.text, paths).entries())
    if (place) findings[index]!.location = { ...place, line: place.line + Math.max(0, item.line - 1) };
}

/** The info or the part that has the finding's id; the session's info for what concerns all of it. */
function exportPaths(value: Json): (finding: Finding) => JsonPath {
  const paths = new Map<string, JsonPath>();
  const put = (id: string, path: JsonPath) => {
    if (!paths.has(id)) paths.set(id, path);
  };
  for (const [at, entry] of messagesOf(value)!.entries()) {
    if (!isObject(entry) || !isObject(entry.info)) continue;
    const message = String(entry.info.id);
    put(message, ["messages", at, "info"]);
    for (const [index, part] of (Array.isArray(entry.parts) ? entry.parts : []).entries())
      if (isObject(part)) put(`${message}/${part.id}`, ["messages", at, "parts", index]);
  }
  return ({ message, part }) => paths.get(`${message}/${part}`) ?? paths.get(`${message}`) ?? ["info"];
}

/**
 * The message of a finding is a dotted path from the list of messages, such as `3` or `3.content.1`: walked as far as
 * the body has it. The body itself for what concerns all of it.
 */
function requestPaths(value: Json): (finding: Finding) => JsonPath {
  const list = messagesOf(value)!;
  const toList = isObject(value) ? Object.keys(value).filter((key) => value[key] === list) : [];
  return ({ message }) => {
    const path: (string | number)[] = [];
    let inner: Json | undefined = list;
    for (const piece of message?.split(".") ?? []) {
      const key: string | number = Array.isArray(inner) ? Number(piece) : piece;
      if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) break;
      inner = (inner as Record<string | number, Json>)[key];
      path.push(key);
    }
    return path.length > 0 ? [...toList, ...path] : [];
  };
}
