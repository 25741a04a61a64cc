import type { Json, JsonObject } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import type { Export } from "./read.js";
import { Names } from "./redact-names.js";
import { FOREIGN, type Place } from "./redact-places.js";
import { MESSAGE, PART, SESSION } from "./redact-schema.js";
import { Keys, numberPlaceholder, placeholder, redactForeign } from "./redact-words.js";

/**
 * The same export with a placeholder of the same kind and length for everything that somebody wrote. What stays is
 * named place by place: whatever opencode's own schema does not know is a placeholder, its keys and numbers too.
 */
export function redactExport(body: Export): Export {
  const names = new Names();
  // The first run collects the ids: placeholders keep their order.
  redactWith(body, names);
  names.settle();
  return redactWith(body, names);
}

function redactWith({ info, messages }: Export, names: Names): Export {
  return {
    info: redactObject(info, SESSION, names),
    messages: messages.map((entry) => redact(entry, ENTRY, names)),
  };
}

const ENTRY: Place = { fields: { info: MESSAGE, parts: { items: PART } } };

function redact(value: Json, place: Place, names: Names): Json {
  if (typeof value === "string") return place.text ? place.text(value, names) : placeholder(value);
  if (typeof value === "number") return place.number?.(value) ? value : numberPlaceholder(value);
  if (Array.isArray(value)) {
    const { items } = place;
    return items ? value.map((inner) => redact(inner, items, names)) : redactForeign(value);
  }
  return isObject(value) ? redactObject(value, place, names) : value;
}

function redactObject(
  value: JsonObject,
  { fields = {}, keys = placeholder }: Place,
  names: Names,
): JsonObject {
  const shown = new Keys();
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return [shown.free(known ? name : keys(name, names)), redact(inner, known ?? FOREIGN, names)];
    }),
  );
}
