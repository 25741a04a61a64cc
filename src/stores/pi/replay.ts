import type { Block, CallBlock, Row, ThinkingBlock, Turn } from "../../model/conversation.js";
import { plainId, textBlock } from "../../model/text.js";
import type { Wire } from "../../providers/providers.js";
import { asText, type Replay, type Stop } from "../host.js";
import { perVersion } from "../per-version.js";
import type { PiConversation } from "./conversation.js";
import type { PiEdit, PiEntry, PiMessage } from "./entry.js";
import { wireOf } from "./recipients.js";
import type { PiFeatures } from "./versions.js";

const NO_RESULT = "No result provided";

/** The requests that pi would build for a next prompt. */
export function piReplays(conversation: PiConversation): (features: PiFeatures, wire: Wire) => Replay {
  const replayOf = perVersion((wire: Wire, features: PiFeatures): Replay => {
    const stop = stopOf(conversation, features);
    const turns = stop ? [] : turnsOf(shownOf(conversation, features), conversation, wire, features);
    // Files record no version: an older pi that would refuse what a newer one wrote is nobody's damage.
    return { turns, onlyInUse: true, ...(stop && { stop }) };
  });
  return (features, wire) => replayOf(wire, features);
}

/** The fault at which pi stops before it builds a request, if there is one. */
function stopOf(conversation: PiConversation, features: PiFeatures): Stop | undefined {
  const { header, loop, path, row } = conversation;
  if (header.state !== "whole" && features.keepsForeignFile) {
    const error = "Session file is not a valid pi session";
    return { verdict: "unreadable", rule: "unreadable-header", rows: [row], error };
  }
  if (loop)
    return {
      verdict: "crash",
      rule: "lost-history",
      rows: [loop.row],
      error: "RangeError: Invalid array length",
    };
  const isEmpty = ({ message }: PiEntry) => message && /^(missing|null)$/.test(message.content);
  const unread =
    path.find(({ message }) => message?.refused) ??
    (features.takesNoContent ? undefined : path.find(isEmpty));
  if (unread)
    return {
      verdict: "crash",
      rule: "invalid-message",
      rows: [unread.row],
      error: "Cannot read properties of undefined",
    };
  const edit = features.editsContext ? brokenEdit(conversation) : undefined;
  if (edit)
    return {
      verdict: "crash",
      rule: "broken-edit",
      rows: [edit.row],
      error: "assistant.content is not iterable",
    };
  return undefined;
}

/** An edit that takes the content of an answer away without leaving it out. */
function brokenEdit({ path, byId }: PiConversation): PiEntry | undefined {
  return path.find(
    ({ edit }) => edit?.how === "broken" && byId.get(edit.target)?.message?.role === "assistant",
  );
}

/** A message as it is shown to the model, with the row that its pieces come from. */
type Shown = PiMessage & { readonly row: Row };

/** The entries of the path, those that a compaction replaced left out, with the edits made. */
export function contextOf({ path }: Pick<PiConversation, "path">): readonly PiEntry[] {
  const at = path.findLastIndex(({ type }) => type === "compaction");
  const compaction = path[at];
  if (!compaction) return path;
  const from = path.findIndex(({ id }) => id === compaction.kept);
  const kept = from < 0 || from >= at ? [] : path.slice(from, at);
  // Of older compactions nothing is said again.
  return [compaction, ...kept.filter(({ type }) => type !== "compaction"), ...path.slice(at + 1)];
}

/** The last edit of each entry counts. */
export function editsOf(context: readonly PiEntry[]): Map<string, PiEdit> {
  return new Map(context.flatMap(({ edit }) => (edit ? [[edit.target, edit] as const] : [])));
}

function shownOf(conversation: PiConversation, { editsContext }: PiFeatures): Shown[] {
  const context = contextOf(conversation);
  const edits = editsContext ? editsOf(context) : new Map<string, PiEdit>();
  return context.flatMap(({ id, row, message, type }) => {
    if (!message) return [];
    const edit = type === "message" || type === "custom_message" ? edits.get(id) : undefined;
    if (edit?.how === "drop") return [];
    if (!edit) return [{ ...message, row }];
    const result = message.role === "tool" ? message.blocks[0] : undefined;
    return [{ ...message, row, blocks: result ? [withText(result, edit.blocks)] : edit.blocks }];
  });
}

/** A result that says something else. */
function withText(result: Block, said: readonly Block[]): Block {
  const texts = said.flatMap((block) => (block.kind === "text" ? [block.text ?? ""] : []));
  return result.kind === "result" ? { ...result, text: texts.join("\n"), media: undefined } : result;
}

/** pi's `transformMessages`, then the message list of the wire. */
function turnsOf(
  shown: readonly Shown[],
  conversation: PiConversation,
  wire: Wire,
  features: PiFeatures,
): Turn[] {
  const turns: Turn[] = [];
  /** Ids of calls as they are sent, by those that are stored. */
  const sentIds = new Map<string, string>();
  let open: CallBlock[] = [];
  let answered = new Set<string>();
  const close = () => {
    for (const call of open)
      if (!answered.has(call.id)) turns.push({ role: "tool", row: call.row, blocks: [interrupted(call)] });
    open = [];
    answered = new Set();
  };
  for (const message of shown) {
    const { role, row, stopReason } = message;
    if (role === "tool") {
      const blocks = message.blocks.map((block) => sentResult(block, sentIds, wire));
      for (const block of blocks) if (block.kind === "result") answered.add(block.id);
      turns.push({ role, row, blocks });
      continue;
    }
    close();
    if (role === "assistant" && (stopReason === "error" || stopReason === "aborted")) continue;
    const blocks =
      role === "assistant" ? answerOf(message, conversation, wire, features) : promptOf(message, wire);
    const calls = message.blocks.filter((block) => block.kind === "call");
    open = blocks.filter((block) => block.kind === "call");
    for (const [at, { id }] of calls.entries()) sentIds.set(id, open[at]?.id ?? id);
    if (blocks.length > 0) turns.push({ role, row, blocks });
  }
  close();
  turns.push(nextPrompt);
  return wire === "anthropic" ? withJoinedResults(turns) : turns;
}

function interrupted({ row, id }: CallBlock): Block {
  return { kind: "result", row, id, ok: false, text: NO_RESULT };
}

const nextPrompt: Turn = {
  role: "user",
  row: null,
  blocks: [
    textBlock(
      { table: "line", holds: "message", id: "next-prompt", created: null, updated: null, size: 0 },
      "continue",
    ),
  ],
};

/** Neighbouring results are one message for Anthropic. */
function withJoinedResults(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last?.role === "tool" && turn.role === "tool")
      joined[joined.length - 1] = { ...last, blocks: [...last.blocks, ...turn.blocks] };
    else joined.push(turn);
  }
  return joined;
}

/** pi takes half characters out of every text. */
function sanitized(block: Block): Block {
  return block.loneSurrogate ? { ...block, loneSurrogate: false } : block;
}

function promptOf({ blocks }: Shown, wire: Wire): Block[] {
  const isSent = (block: Block) =>
    block.kind !== "text" ||
    (wire === "anthropic" ? !block.blank : wire === "openai-chat" ? block.blank !== "empty" : true);
  return blocks.filter(isSent).map(sanitized);
}

function answerOf(
  message: Shown,
  { next }: PiConversation,
  wire: Wire,
  { dropsForeignThinking }: PiFeatures,
): Block[] {
  const { model } = message;
  const isSame =
    model !== undefined &&
    next !== null &&
    model.provider === next.provider &&
    model.id === next.id &&
    wireOf(model.api) === wire;
  return message.blocks.flatMap((block): Block[] => {
    if (block.kind === "text") return block.blank && wire !== "openai-responses" ? [] : [sanitized(block)];
    if (block.kind === "call") return [sentCall(block, isSame, wire)];
    if (block.kind !== "thinking") return [];
    if (isSame) return sentThinking(block, wire);
    return dropsForeignThinking || block.blank || wire === "openai-chat" ? [] : [asPlainText(block)];
  });
}

function sentThinking(block: ThinkingBlock, wire: Wire): Block[] {
  if (wire === "openai-responses") return block.itemId === undefined ? [] : [block];
  if (wire === "openai-chat") return [];
  if (block.signature !== "none") return [sanitized(block)];
  return block.blank ? [] : [asPlainText(block)];
}

/** Thinking without a signature is said as a text. */
function asPlainText({ row, length, blank, text }: ThinkingBlock): Block {
  return { kind: "text", row, length, blank, ...(text !== undefined && { text }) };
}

/** Calls of another model get ids that the service takes. */
function sentCall(call: CallBlock, isSame: boolean, wire: Wire): CallBlock {
  const id =
    isSame || wire === "openai-chat" ? callId(call.id, wire) : plainId(callId(call.id, wire)).slice(0, 64);
  const named = id === call.id ? call : { ...call, id };
  if (wire !== "anthropic") return asText(named);
  // `arguments ?? {}`
  return /^(missing|null)$/.test(named.input) ? { ...named, input: "object", inputEmpty: true } : named;
}

/** The Responses wire splits an id at the bar: its second half names the item. */
function callId(id: string, wire: Wire): string {
  return wire === "openai-responses" ? (id.split("|")[0] ?? "") : id;
}

function sentResult(block: Block, sentIds: ReadonlyMap<string, string>, wire: Wire): Block {
  if (block.kind !== "result") return block;
  const id = sentIds.get(block.id) ?? callId(block.id, wire);
  // The wires of OpenAI say "(no tool output)".
  const blank = block.blank && wire === "anthropic";
  return { ...block, id, blank, loneSurrogate: false };
}
