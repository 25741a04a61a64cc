import type { Block, Json, JsonObject, OtherBlock, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { blankness, inputKind, isObject, wordOf } from "../../../model/text.js";
import { nestedMedia } from "../media.js";

/** The blocks that readers of all formats make. */

type BlockOf<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;
export type Signature = BlockOf<"thinking">["signature"];

export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function first(...values: (Json | undefined)[]): Json | undefined {
  return values.find((value) => value !== undefined);
}

export function thinkingBlock(value: Json | undefined, row: Row, signature: Signature): BlockOf<"thinking"> {
  const said = text(value);
  return { kind: "thinking", row, text: said, length: said.length, blank: blankness(said), signature };
}

export function callBlock(
  id: Json | undefined,
  name: Json | undefined,
  input: Json | undefined,
  row: Row,
): BlockOf<"call"> {
  return {
    kind: "call",
    row,
    id: text(id),
    name: text(name),
    input: inputKind(input),
    arguments: input,
    inputEmpty: !isObject(input) || Object.keys(input).length === 0,
  };
}

/** A call whose arguments travel as JSON text. */
export function textCall(
  id: Json | undefined,
  name: Json | undefined,
  args: Json | undefined,
  row: Row,
): BlockOf<"call"> {
  // Text that is no JSON stays text, which is no object.
  const call = callBlock(id, name, parseJson(args) ?? args, row);
  return { ...call, input: typeof args === "string" ? call.input : "unquoted" };
}

export function resultBlock(
  id: Json | undefined,
  said: Json | undefined,
  row: Row,
  ok: boolean,
): BlockOf<"result"> {
  const pieces = Array.isArray(said) ? said.filter(isObject) : [];
  const media = nestedMedia(pieces, row);
  const references = pieces.flatMap(({ type, tool_name }) =>
    type === "tool_reference" && typeof tool_name === "string" ? [tool_name] : [],
  );
  const inner = pieces.flatMap(({ type }) => (typeof type === "string" ? [type] : []));
  return {
    kind: "result",
    row,
    id: text(id),
    ok,
    blank: said === undefined || said === null || said === "" || (Array.isArray(said) && said.length === 0),
    nestedBlank: saysNothing(pieces),
    ...(typeof said === "string" && { text: said }),
    ...(media.length > 0 && { media }),
    ...(references.length > 0 && { references }),
    ...(inner.length > 0 && { inner }),
  };
}

/** True if a text among the pieces is empty, or if all of them are blank. */
function saysNothing(pieces: readonly JsonObject[]): boolean {
  const texts = pieces.filter(isText);
  const isBlank = ({ text: words }: JsonObject) => (words as string).trim() === "";
  return (
    texts.some(({ text: words }) => words === "") ||
    (texts.length > 0 && texts.length === pieces.length && texts.every(isBlank))
  );
}

/** Converse names no type. */
function isText({ type, text: words }: JsonObject): boolean {
  return typeof words === "string" && (type === "text" || type === undefined);
}

export function otherBlock(type: Json | undefined, row: Row): OtherBlock {
  return { kind: "ignored", row, type: wordOf(type) };
}
