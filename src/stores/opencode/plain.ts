import type { Conversation, Json, JsonObject, MediaBlock, Plain, Row } from "../../model/conversation.js";
import { asString, hasLoneSurrogate, isObject } from "../../model/text.js";
import { sideOf } from "../../providers/media.js";
import { mayOmitThinking, SAFE_IMAGES } from "../../providers/providers.js";
import type { HostGeneration } from "../host.js";
import { attachmentsOf, fileOf } from "./decode/file.js";
import { isSealed, itemIdOf, ranAtProvider, signatureOf, tracesOf } from "./decode/metadata.js";
import { refusedByOlder } from "./decode/older.js";
import { refusalsOfMessage, refusalsOfPart } from "./decode/strict.js";
import { endOfWrap } from "./ids.js";
import { isSent, isShown } from "./replay/files.js";
import { idAt } from "./replay/order.js";
import { ABORTED, isFinal } from "./walk.js";

/** Ids of calls and names of tools that every provider takes. */
const PLAIN_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** Stands for the row of a file: what is asked of it here does not depend on its row. */
const ANY_ROW: Row = { table: "part", id: "", created: null, updated: null, size: 0 };

/** A row and its document: as much of it as is looked at here. */
export interface PartDocument {
  readonly id: string;
  readonly data: JsonObject;
}
export interface MessageDocument extends PartDocument {
  /** The column, ms since 1970. */
  readonly created: unknown;
  /** In the host's read order. */
  readonly parts: readonly PartDocument[];
}

/** What must be unique in a conversation or was said before, and what is counted over all of it. */
interface Seen {
  readonly users: Set<string>;
  readonly callIds: Set<string>;
  images: number;
}

/**
 * When every provider takes what any known host version sends of the conversation: nothing to judge.
 * Null where there may be something.
 * Only a shortcut for speed. It may say null for a healthy history, never a time for a damaged one (a property test
 * holds it to that).
 */
export function plainOf(session: Conversation, messages: readonly MessageDocument[]): Plain | null {
  if (session.defects?.length || session.revert || session.project?.known === false) return null;
  if (session.compacting != null) return null;
  const seen: Seen = { users: new Set(), callIds: new Set(), images: 0 };
  let previous: MessageDocument | undefined;
  for (const message of messages) {
    if (!isPlainMessage(message, previous, session, seen)) return null;
    previous = message;
  }
  if (previous && !isEnd(previous)) return null;
  const since = session.updated ?? 0;
  const until = session.exported && previous ? endOfWrap(previous.created as number) : undefined;
  return { since, newestId: previous?.id ?? "", ...(until && { until }) };
}

/** The host waits for the next prompt. */
function isEnd({ data }: MessageDocument): boolean {
  return data.role === "assistant" && (data.error !== undefined || isFinal(asString(data.finish)));
}

/** Whether that holds now, for a host of this generation. */
export function isPlainAt(plain: Plain, now: number, host: HostGeneration | null): boolean {
  const goesByTime = host?.features.loopByTime;
  const next = Math.min(now, plain.until ?? now);
  return plain.since <= now && (goesByTime === true || plain.newestId < idAt(next));
}

function isPlainMessage(
  message: MessageDocument,
  previous: MessageDocument | undefined,
  session: Conversation,
  seen: Seen,
): boolean {
  const { id, data, parts } = message;
  if (!id.startsWith("msg") || refusalsOfMessage(data).length > 0 || refusedByOlder(data)) return false;
  if (!inOrder(message, previous, session)) return false;
  if (!parts.every((part) => part.id.startsWith("prt") && refusalsOfPart(part.data).length === 0))
    return false;
  if (data.role === "assistant") {
    if (!previous || !seen.users.has(data.parentID as string)) return false;
    const isSummary = data.summary === true;
    if (isSummary !== isMarker(previous)) return false;
    if (isSummary && (data.parentID !== previous.id || data.error !== undefined || !isEnd(message)))
      return false;
    return isPlainReply(message, seen) || isLeftOut(message);
  }
  const isPlain = isMarker(message) ? isPlainMarker(parts[0]!, seen) : isPlainPrompt(parts, seen);
  seen.users.add(id);
  return isPlain && previous?.data.role !== "user" && data.format === undefined;
}

function isAborted({ error }: JsonObject): boolean {
  return isObject(error) && error.name === "MessageAbortedError";
}

/** A prompt that asks for nothing but a summary. */
function isMarker({ data, parts }: MessageDocument): boolean {
  return data.role === "user" && parts.length === 1 && parts[0]!.data.type === "compaction";
}

/** What is kept of the history begins with a prompt. */
function isPlainMarker({ data }: PartDocument, seen: Seen): boolean {
  return data.tail_start_id === undefined || seen.users.has(data.tail_start_id as string);
}

function inOrder(
  { id, created, data }: MessageDocument,
  previous: MessageDocument | undefined,
  session: Conversation,
): boolean {
  if (typeof created !== "number" || created !== (data.time as JsonObject).created) return false;
  if (created > (session.updated ?? 0)) return false;
  return !previous || ((previous.created as number) <= created && previous.id < id);
}

/** One that leaves nothing to send would be missing from the request. */
function isPlainPrompt(parts: readonly PartDocument[], seen: Seen): boolean {
  return (
    parts.some(({ data }) => data.type !== "agent" && (data.type !== "file" || isSentFile(data))) &&
    parts.every(({ data }) => isPlainSaying(data, seen))
  );
}

function isPlainSaying(data: JsonObject, seen: Seen): boolean {
  if (data.type === "text") return isPlainText(data.text as string) && data.ignored !== true;
  if (data.type === "file") return isPlainFile(data, seen);
  return data.type === "agent" || data.type === "subtask";
}

function isHalf(text: Json | undefined): boolean {
  return typeof text === "string" && !text.isWellFormed();
}

function isPlainText(text: string): boolean {
  return /\S/.test(text) && text.isWellFormed();
}

function isPlainFile(data: JsonObject, seen: Seen): boolean {
  return !isSentFile(data) || arePlainMedia(fileOf(ANY_ROW, data), seen);
}

function isSentFile(data: JsonObject): boolean {
  return isSent({ mime: data.mime as string });
}

/** Nothing of them is refused, alone or among as many images as `SAFE_IMAGES` allows. */
function arePlainMedia(media: MediaBlock | readonly MediaBlock[], seen: Seen): boolean {
  const list = [media].flat();
  seen.images += list.length;
  return seen.images <= SAFE_IMAGES.count && list.every(isPlainMedia);
}

function isPlainMedia(file: MediaBlock): boolean {
  const { problem, image, bytes, mime, label, unfetchable, loneSurrogate } = file;
  // Hosts before 1.3.4 have no form for a document over Chat Completions.
  if (label !== undefined || unfetchable || loneSurrogate || mime === "application/pdf") return false;
  if (!isShown(file) || problem || image === null || (bytes ?? 0) > SAFE_IMAGES.bytes) return false;
  if (image === undefined) return true;
  // A JPEG may say its size behind the head of a URL that was cut.
  if (image.type === "image/jpeg" && image.width === undefined) return false;
  return (
    image.type === mime && SAFE_IMAGES.types.includes(image.type) && sideOf({ image }) <= SAFE_IMAGES.side
  );
}

/** A reply that failed before it said anything: the host drops it. */
function isLeftOut({ data, parts }: MessageDocument): boolean {
  return data.error !== undefined && parts.every(({ data }) => SAYS_NOTHING.includes(data.type as string));
}

const SAYS_NOTHING = ["step-start", "step-finish", "snapshot", "patch", "retry"];
const NEVER_SENT = ["step-finish", "snapshot", "patch", "agent", "retry"];

function isPlainReply({ data, parts }: MessageDocument, seen: Seen): boolean {
  const wasAborted = isAborted(data);
  const model = data.modelID as string;
  if ((data.time as JsonObject).completed === undefined) return false;
  if (data.error === undefined ? data.finish === undefined : !wasAborted) return false;
  const hex = parts[0]?.id.slice(4, 7);
  let calls = 0;
  let spoken = false;
  let thinking = false;
  for (const { id, data } of parts) {
    if (id.slice(4, 7) !== hex || isForeign(data)) return false;
    switch (data.type) {
      case "step-start":
        if (thinking && !spoken) return false;
        calls = 0;
        spoken = thinking = false;
        break;
      case "text":
        if (calls > 0 || !isPlainText(data.text as string)) return false;
        spoken = true;
        break;
      case "reasoning":
        if (calls > 0 || spoken || !isPlainThinking(data, model)) return false;
        thinking = true;
        break;
      case "tool":
        if (!isPlainCall(data, seen, wasAborted)) return false;
        calls++;
        spoken = true;
        break;
      default:
        if (!NEVER_SENT.includes(data.type as string)) return false;
    }
  }
  return spoken || (!thinking && !wasAborted && parts.length > 0);
}

/** What OpenAI has sealed may be empty, and what newer Claude models have signed; it is nothing to others then. */
function isPlainThinking(data: JsonObject, model: string): boolean {
  const text = data.text as string;
  if (signatureOf(data) === "empty") return false;
  if (text === "" && signatureOf(data) === "signed" && mayOmitThinking(model)) return true;
  return itemIdOf(data) === undefined ? isPlainText(text) : isSealed(data) && text.isWellFormed();
}

/** Metadata that some version cannot send back: the reader refuses what is no record. */
function isForeign({ metadata, type }: JsonObject): boolean {
  return tracesOf(metadata, type === "tool").foreignKeys !== undefined;
}

function isPlainCall(data: JsonObject, seen: Seen, wasAborted: boolean): boolean {
  const id = data.callID as string;
  const state = data.state as JsonObject;
  const { input, metadata } = state;
  if (!PLAIN_NAME.test(id) || !PLAIN_NAME.test(data.tool as string) || seen.callIds.has(id)) return false;
  seen.callIds.add(id);
  if (!isObject(input) || hasLoneSurrogate(input)) return false;
  const wasInterrupted = (isObject(metadata) && metadata.interrupted === true) || state.error === ABORTED;
  if (wasInterrupted && !wasAborted) return false;
  if (ranAtProvider(data) || [state.output, state.error].some(isHalf)) return false;
  if (state.status === "completed")
    return state.attachments === undefined || arePlainMedia(attachmentsOf(ANY_ROW, state), seen);
  return state.status === "error" && state.error !== "";
}
