import type { Block, CallBlock, Conversation, MediaBlock, Message } from "../../model/conversation.js";
import { sideOf } from "../../providers/media.js";
import { SAFE_IMAGES } from "../../providers/providers.js";
import { ABORTED, isFinal } from "../../rules/walk.js";

const CALL_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * A conversation that every known host version sends the same way and every provider takes: nothing to judge.
 * Only a shortcut for speed. It may say no to a healthy history, never yes to a damaged one (a property test holds it to that).
 */
export function isPlain(conversation: Conversation, now: number): boolean {
  if (conversation.defects?.length || conversation.revert || conversation.project?.known === false)
    return false;
  if ((conversation.updated ?? 0) > now || conversation.compacting != null) return false;
  const { messages } = conversation;
  const users = new Set<string>();
  const callIds = new Set<string>();
  let images = 0;
  let previous: Message | undefined;
  for (const message of messages) {
    if (message.defects || message.unreadableRows || message.strays || message.error) return false;
    if (!inOrder(message, previous, conversation, now)) return false;
    if (message.role === "user") {
      if (previous?.role === "user" || !message.blocks.every(isPlainUserBlock) || message.blocks.length === 0)
        return false;
      users.add(message.row.id);
    } else if (!previous || !users.has(message.parent ?? "") || !isPlainReply(message, callIds)) return false;
    for (const block of message.blocks) images += imagesOf(block);
    if (images > SAFE_IMAGES.count) return false;
    previous = message;
  }
  return !previous || (previous.role === "assistant" && isFinal(previous.finish));
}

function inOrder(
  message: Message,
  previous: Message | undefined,
  conversation: Conversation,
  now: number,
): boolean {
  const created = message.row.created;
  if (
    created === null ||
    created !== message.created ||
    created > now ||
    created > (conversation.updated ?? 0)
  )
    return false;
  return !previous || (previous.row.created! <= created && previous.row.id < message.row.id);
}

function isPlainUserBlock(block: Block): boolean {
  return block.kind === "text"
    ? !block.blank && !block.loneSurrogate && !block.ignored
    : block.kind === "media" && isPlainMedia(block);
}

function imagesOf(block: Block): number {
  if (block.kind === "media") return 1;
  return block.kind === "call" ? (block.media?.length ?? 0) : 0;
}

/** Nothing of it is refused, alone or among as many as `SAFE_IMAGES` allows. */
function isPlainMedia({ problem, image, bytes, mime }: MediaBlock): boolean {
  if (problem || image === null || (bytes ?? 0) > SAFE_IMAGES.bytes) return false;
  if (image === undefined) return true;
  return (
    image.type === mime && SAFE_IMAGES.types.includes(image.type) && sideOf({ image }) <= SAFE_IMAGES.side
  );
}

function isPlainReply(message: Message, callIds: Set<string>): boolean {
  if (message.completed === null || message.finish === undefined || message.summary) return false;
  const hex = message.blocks[0]?.row.id.slice(4, 7);
  let calls = 0;
  let spoken = false;
  let thinking = false;
  for (const block of message.blocks) {
    if (block.row.id.slice(4, 7) !== hex) return false;
    if (block.kind === "step-start") {
      if (thinking && !spoken) return false;
      calls = 0;
      spoken = thinking = false;
    } else if (block.kind === "text" || block.kind === "thinking") {
      if (calls > 0 || block.blank || block.loneSurrogate) return false;
      if (block.kind === "text") spoken = true;
      else {
        if (spoken || block.itemId !== undefined) return false;
        thinking = true;
      }
    } else if (block.kind === "call") {
      if (!isPlainCall(block) || callIds.has(block.id)) return false;
      callIds.add(block.id);
      calls++;
      spoken = true;
    } else if (block.kind !== "step-finish" && block.kind !== "ignored") return false;
  }
  return spoken || (!thinking && message.blocks.length > 0);
}

function isPlainCall(call: CallBlock): boolean {
  if (
    call.input !== "object" ||
    call.loneSurrogate ||
    call.interrupted ||
    call.exempt ||
    call.itemId !== undefined
  )
    return false;
  if (call.media?.some((media) => !isPlainMedia(media))) return false;
  if (!CALL_ID.test(call.id) || !TOOL_NAME.test(call.name)) return false;
  return call.state === "completed"
    ? call.output !== "missing"
    : call.state === "error" && !call.inputEmpty && call.error !== ABORTED;
}
