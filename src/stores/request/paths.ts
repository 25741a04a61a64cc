import type { JsonPath } from "../../files/json-places.js";
import type { Json } from "../../model/conversation.js";
import type { Finding } from "../../model/report.js";
import { isObject } from "../../model/text.js";
import { messagesOf } from "./format.js";

/**
 * The message of a finding is a dotted path from the list of messages, such as `3` or `3.content.1`: walked as far as
 * the body has it. The body itself for the rest.
 */
export function requestPaths(value: Json): (finding: Finding) => JsonPath {
  const list = messagesOf(value) ?? [];
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
