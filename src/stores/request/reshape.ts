import type { Json } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";
import { closeItem, type Item } from "./item.js";
import { mendedSdkPart } from "./sdk-schema.js";
import { isPart, misshapenKeys } from "./shape.js";
import type { RequestWriter } from "./writer.js";

/** Gives the keys and parts of a message the types that its format has for them. Every word stays. */
export function reshape(writer: RequestWriter, item: Item): void {
  const { format } = writer.transcript;
  const raw: Json = item.raw;
  // As it stands now: what another target of this message has mended is whole.
  for (const { key } of misshapenKeys(closeItem(item), format))
    switch (key) {
      case "message":
        item.raw = { role: "user" };
        writer.sayOnly(item, asText(raw));
        break;
      case "tool_calls":
        writer.dropCalls(item);
        break;
      case "part":
        for (const cell of cellsOf(item))
          if (!isPart(cell.raw, format)) cell.raw = asPart(writer, item, cell.raw);
        break;
      case "sdk":
        for (const cell of cellsOf(item)) cell.raw = mendedSdkPart(cell.raw);
        break;
      default:
        if (key === "content" && isBlock(item.raw.content)) writer.openContent(item);
        else item.raw = { ...item.raw, [key]: asText(item.raw[key]) };
    }
}

function cellsOf({ lists }: Item) {
  return [...(lists.content ?? []), ...(lists.parts ?? [])];
}

/** A piece of content that stands where a list of them belongs. */
function isBlock(value: Json | undefined): boolean {
  return isObject(value) && typeof value.type === "string";
}

/** The words of what is no piece of content, as one. */
function asPart({ wire }: RequestWriter, item: Item, raw: Json): Json {
  const words = isObject(raw) ? [raw.text, raw.content].find((value) => typeof value === "string") : raw;
  return wire.text(asText(words ?? raw), item.raw.role);
}

/** What stands where a text belongs, in words; nothing where nothing stands. */
function asText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
