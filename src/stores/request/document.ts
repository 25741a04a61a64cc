import { blocksOf, type Json, type JsonObject } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import { isObject } from "../../model/text.js";
import type { DocumentBench, DocumentForm, KnownCall, Recall } from "../store.js";
import { type RequestEdits, requestEdits } from "./edits.js";
import { foreignFormatOf } from "./foreign.js";
import { formatOf, messagesOf, type RequestFormat } from "./format.js";
import { requestPaths } from "./paths.js";
import { requestContextOf } from "./settings.js";
import { type RequestConversation, Transcript } from "./transcript.js";

/** A request body, or a bare list of messages. */
export const requestForm: DocumentForm<RequestConversation, RequestEdits> = {
  kind: "request",
  recognise: formatOf,
  foreign: foreignFormatOf,
  read: (value, name, bytes) => transcriptOf(value).conversation(name, bytes),
  pathOf: requestPaths,
  open: (value, name, recall) => openRequest(value, transcriptOf(value), name, recall),
  // A request that ended in a result that had to move, or go, now ends in the reply before it.
  mayUncover: "assistant-prefill",
};

function transcriptOf(value: Json): Transcript {
  const format = formatOf(value);
  if (!format) throw new TypeError("not a request");
  return new Transcript(messagesOf(value) ?? [], format, requestContextOf(value));
}

/** The messages of one request on the bench, for a format that the caller knows. */
export function openMessages(
  messages: readonly Json[],
  format: RequestFormat,
  name: string,
  recall?: Recall,
): DocumentBench<RequestConversation, RequestEdits> {
  return openRequest(messages as Json[], new Transcript(messages, format), name, recall);
}

function openRequest(
  body: Json,
  transcript: Transcript,
  name: string,
  recall: Recall | undefined,
): DocumentBench<RequestConversation, RequestEdits> {
  const claimed = new Set<string>();
  const recalled = recall && recallAll(transcript, recall);
  const edits = requestEdits(transcript, claimed, (id) => recalled?.calls.get(id)?.shift());
  return {
    look: () => transcript.conversation(name, 0),
    edits: () => edits,
    exists: () => true,
    mark: () => transcript.mark(),
    result() {
      const list = messagesOf(body) ?? [];
      const messages = transcript.messages();
      // Without any message there is no request: the list as it was is the better start for a person.
      if (messages.length === 0 && list.length > 0) return null;
      const isSame = messages === list || messages.length + list.length === 0;
      return isSame ? body : withMessages(body, list, messages);
    },
    texts: transcript.texts,
    close() {},
    ...(recalled && { recalled }),
  };
}

function withMessages(body: Json, list: readonly Json[], messages: readonly Json[]): Json {
  if (!isObject(body)) return messages as Json[];
  const key = Object.keys(body).find((name) => body[name] === list) ?? "messages";
  return { ...(body as JsonObject), [key]: messages as Json[] };
}

/** The calls that are known for the results of the request, by id; whole if each result has one. */
function recallAll(transcript: Transcript, recall: Recall) {
  const calls = new Map<string, KnownCall[]>();
  const results = blocksOf(transcript.conversation("", 0).messages, "result");
  let known = 0;
  for (const { block } of results) {
    const call = recall(block.id);
    if (!call) continue;
    addTo(calls, block.id, call);
    known++;
  }
  return { calls, known, isWhole: known === results.length };
}
