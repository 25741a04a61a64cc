import { isObject } from "../../model/text.js";
import type { RequestFormat } from "./format.js";
import type { Item } from "./item.js";
import { cellsOf, content, type ReadBlock, type ReadItem, roleOf } from "./pieces.js";
import { anthropicBlock } from "./read/anthropic.js";
import { chatMessage } from "./read/chat.js";
import { converseBlock } from "./read/converse.js";
import { geminiIds, geminiPart } from "./read/gemini.js";
import { otelPart } from "./read/otel.js";
import { responsesItem } from "./read/responses.js";
import { sdkBlock } from "./read/sdk.js";

type Read = (item: Item) => ReadItem;

/** Reads the messages of one request, of which one may tell how another is read. */
const READERS: Record<RequestFormat, (items: readonly Item[]) => Read> = {
  anthropic: () => messagesOf(anthropicBlock, true),
  "openai-chat": () => chatMessage,
  "openai-responses": () => responsesItem,
  "ai-sdk": (items) => {
    const last = items.findLastIndex(({ raw }) => isObject(raw) && raw.role === "user");
    const prompted = new Set(items.slice(0, Math.max(last, 0)));
    return messagesOf((raw, item) => sdkBlock(raw, item, prompted.has(item)));
  },
  converse: () => messagesOf(converseBlock),
  otel: () => (item) => ({ role: roleOf(item.raw), pieces: cellsOf(item, "parts", otelPart) }),
  gemini: (items) => {
    const ids = geminiIds(items);
    return (item) => ({
      role: roleOf(item.raw),
      pieces: cellsOf(item, "parts", (raw) => geminiPart(raw, ids)),
    });
  },
};

/** Reads the role and the pieces of one message, as its format says. */
export function readerOf(items: readonly Item[], format: RequestFormat): Read {
  return READERS[format](items);
}

function messagesOf(read: ReadBlock, emptyCounts = false): Read {
  return (item) => ({ role: roleOf(item.raw), pieces: content(item, read, emptyCounts) });
}
