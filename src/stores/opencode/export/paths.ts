import type { JsonPath } from "../../../files/json-places.js";
import type { Json } from "../../../model/conversation.js";
import type { Finding } from "../../../model/report.js";
import { isObject, wordOf } from "../../../model/text.js";

/** From an export to the info or the part with the finding's id; to the session's info for the rest. */
export function exportPaths(value: Json): (finding: Finding) => JsonPath {
  const paths = new Map<string, JsonPath>();
  const put = (id: string, path: JsonPath) => {
    if (!paths.has(id)) paths.set(id, path);
  };
  const messages = isObject(value) && Array.isArray(value.messages) ? value.messages : [];
  for (const [at, entry] of messages.entries()) {
    if (!isObject(entry) || !isObject(entry.info)) continue;
    const message = wordOf(entry.info.id);
    put(message, ["messages", at, "info"]);
    for (const [index, part] of (Array.isArray(entry.parts) ? entry.parts : []).entries())
      if (isObject(part)) put(`${message}/${wordOf(part.id)}`, ["messages", at, "parts", index]);
  }
  return ({ message, part }) => paths.get(`${message}/${part}`) ?? paths.get(`${message}`) ?? ["info"];
}
