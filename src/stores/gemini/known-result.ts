import type { CallBlock, Json, JsonObject, Message } from "../../model/conversation.js";
import { asString, isObject, wordOf } from "../../model/text.js";
import { partsOf } from "./records.js";
import type { GeminiConversation } from "./session.js";

const INTERRUPTED = "The tool call was interrupted; no result was recorded.";

/** The answer to a call, as a part; `isKnown` where the file still tells the tool's output. */
export interface Answer {
  readonly part: JsonObject;
  readonly isKnown: boolean;
}

/**
 * The result of a call: as another row of the file has it, also one that does not count any more, else the output that
 * was shown, else a note that none was recorded.
 */
export function answerOf(conversation: GeminiConversation, message: Message, call: CallBlock): Answer {
  const stored = responseIn(conversation, call.id);
  if (stored) return { part: stored, isKnown: true };
  const shown = shownOf(conversation, message, call.id);
  const response: JsonObject = shown === undefined ? { error: INTERRUPTED } : { output: shown };
  return {
    part: { functionResponse: { id: call.id, name: call.name, response } },
    isKnown: shown !== undefined,
  };
}

function responseIn({ entries }: GeminiConversation, id: string): JsonObject | undefined {
  for (const message of entries.flatMap(({ value }) => messagesIn(value)))
    for (const part of [
      ...partsOf(message.content),
      ...callsOf(message).flatMap(({ result }) => partsOf(result)),
    ]) {
      const { functionResponse } = part;
      if (isObject(functionResponse) && functionResponse.id === id && isObject(functionResponse.response))
        return part;
    }
  return undefined;
}

function shownOf({ entries }: GeminiConversation, { row }: Message, id: string): string | undefined {
  const own = entries
    .flatMap(({ value }) => messagesIn(value))
    .filter((message) => row.id.startsWith(wordOf(message.id)));
  const shown = own.flatMap(callsOf).filter((call) => call.id === id);
  return shown.map(({ resultDisplay }) => asString(resultDisplay)).findLast((text) => text);
}

function messagesIn(value: Json | undefined): JsonObject[] {
  if (!isObject(value)) return [];
  const list = isObject(value.$set) ? value.$set.messages : value.messages;
  return [value, ...(Array.isArray(list) ? list.filter(isObject) : [])];
}

function callsOf({ toolCalls }: JsonObject): JsonObject[] {
  return Array.isArray(toolCalls) ? toolCalls.filter(isObject) : [];
}
