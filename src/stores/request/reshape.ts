import type { Json } from "../../model/conversation.js";
import { withPath } from "../../model/json.js";
import { asText, isObject } from "../../model/text.js";
import { closeItem, type Item } from "./item.js";
import { pathIn } from "./raw.js";
import { shapeNamed } from "./raw-shapes.js";
import { geminiIds, geminiNames, isNamelessAnswer } from "./read/gemini.js";
import { mendedSdkPart } from "./sdk-schema.js";
import { isPart, misshapenKeys } from "./shape.js";
import type { RequestWriter } from "./writer.js";

/** Gives the keys and parts of a message the types that its format has for them. Every word stays. */
export function reshape(writer: RequestWriter, item: Item): void {
  const { format } = writer.transcript;
  const raw: Json = item.raw;
  // Reads the message anew: an earlier mend of the same message may have changed it.
  for (const { key } of misshapenKeys(closeItem(item), format))
    switch (key) {
      case "message":
        item.raw = { role: "user" };
        writer.sayOnly(item, asText(raw));
        break;
      case "tool_calls":
        if (format === "openai-responses") spreadCalls(writer, item);
        else writer.dropCalls(item);
        break;
      case "part":
        for (const cell of cellsOf(item))
          if (!isPart(cell.raw, format)) cell.raw = asPart(writer, item, cell.raw);
        break;
      case "sdk":
        for (const cell of cellsOf(item)) cell.raw = mendedSdkPart(cell.raw);
        break;
      case "response-name":
        nameResponses(writer, item);
        break;
      case "content":
      case "output":
      case "input":
        if (key === "content" && isBlock(item.raw.content)) writer.openContent(item);
        else item.raw = { ...item.raw, [key]: asText(item.raw[key]) };
        break;
      default:
        writer.updateItem(item, (now) => shapeNamed(key, format)?.mended(now) ?? now);
    }
}

/** Makes the calls of a message of Chat Completions items of their own, behind it. */
function spreadCalls(writer: RequestWriter, item: Item): void {
  const calls = item.lists.tool_calls ?? [];
  writer.dropCalls(item);
  const added = calls.flatMap(({ raw }) => {
    const { id, function: described } = isObject(raw) ? raw : {};
    const { name, arguments: input } = isObject(described) ? described : {};
    return name === undefined
      ? []
      : [{ type: "function_call", call_id: id ?? "", name, arguments: input ?? "{}" }];
  });
  writer.insertBehind(item, ...added.map((raw) => writer.transcript.newItem(raw)));
  if (writer.isEmpty(item)) writer.removeItem(item);
}

/** Gives responses of Gemini the names of the calls that they answer. */
function nameResponses({ transcript, wire }: RequestWriter, item: Item): void {
  const ids = geminiIds(transcript.items);
  const names = geminiNames(transcript.items, ids);
  for (const cell of item.lists.parts ?? []) {
    if (!isObject(cell.raw) || !isNamelessAnswer(cell.raw)) continue;
    const name = names.get(ids.get(cell.raw) ?? "") || "unknown";
    const paths = wire.resultId.map(([key]) => [key, "name"] as const);
    cell.raw = withPath(cell.raw, pathIn(cell.raw, paths), name);
  }
}

function cellsOf({ lists }: Item) {
  return [...(lists.content ?? []), ...(lists.parts ?? [])];
}

/** True for a single piece of content in place of a list of pieces. */
function isBlock(value: Json | undefined): boolean {
  return isObject(value) && typeof value.type === "string";
}

/** Turns a value that is no piece of content into a text piece. */
function asPart({ wire }: RequestWriter, item: Item, raw: Json): Json {
  const words = isObject(raw) ? [raw.text, raw.content].find((value) => typeof value === "string") : raw;
  return wire.text(asText(words ?? raw), item.raw.role);
}
