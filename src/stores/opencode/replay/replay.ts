import type {
  Block,
  CallBlock,
  Message,
  ResultBlock,
  TextBlock,
  ThinkingBlock,
  Turn,
} from "../../../model/conversation.js";
import { foldAsUser } from "../../../model/pairing.js";
import { plainId } from "../../../model/text.js";
import type { Wire } from "../../../providers/providers.js";
import { asText, type Replay } from "../../host.js";
import { perVersion } from "../../per-version.js";
import type { OpencodeConversation } from "../decode/session.js";
import { isDropped } from "../walk.js";
import { beginsInTail } from "./compaction.js";
import { fileInPrompt, filesBehindResult, filesInResult, said } from "./files.js";
import { runLoop } from "./loop.js";
import { ownReplies } from "./models.js";
import { NEXT_PROMPT } from "./order.js";
import { type Reading, readingAt } from "./reading.js";
import { stopAtRead, stopAtSend } from "./stops.js";
import type { Features } from "./versions.js";

/**
 * The request of any opencode version for a next prompt at `now` over a wire, built as `toModelMessages` and the AI SDK
 * build it. Versions that send the same have the same list of turns.
 */
export function opencodeReplays(
  conversation: OpencodeConversation,
  now: number,
): (features: Features, wire: Wire) => Replay {
  const readingOf = perVersion(readingAt(now));
  const stopOf = perVersion(
    ({ stored, history }: Reading, features) =>
      stopAtRead(conversation, stored, features) ?? runLoop(history, features),
  );
  const wires = new Map<Wire, ReturnType<typeof requestsOver>>();
  return (features, wire) => {
    const reading = readingOf(conversation, features);
    const requestOf = wires.get(wire) ?? requestsOver(wire);
    wires.set(wire, requestOf);
    const { turns, stop } = requestOf(reading, features);
    const onlyInUse = beginsInTail(reading.sent, features);
    const before = stopOf(reading, features);
    // A summary is asked for with the same messages: it fails where they do.
    const first = before?.rule === "unanswered-compaction" ? (stop ?? before) : (before ?? stop);
    return { turns, stop: first ?? reading.held, ...(onlyInUse && { onlyInUse }) };
  };
}

function requestsOver(wire: Wire): (reading: Reading, features: Features) => Replay {
  const buildOf = perVersion(({ history, sent }: Reading, features) => {
    const isOwn = ownReplies(history, wire);
    const turns = sent.flatMap((message) =>
      message.role === "user"
        ? userTurn(message, features, wire)
        : assistantTurns(message, features, wire, isOwn(message)),
    );
    return { sent, isOwn, turns, request: wire === "anthropic" ? foldAsUser(turns) : turns };
  });
  const stopOf = perVersion(({ sent, isOwn, turns }: ReturnType<typeof buildOf>, features) =>
    stopAtSend(sent, turns, features, isOwn),
  );
  return (reading, features) => {
    const built = buildOf(reading, features);
    return { turns: built.request, stop: stopOf(built, features) };
  };
}

/**
 * Leaves messages out that hold nothing for the model. The AI SDK removes empty texts from the others; hosts that do
 * not check send the messages that are then empty.
 */
function userTurn(message: Message, features: Features, wire: Wire): Turn[] {
  const meant = message.blocks.flatMap((block): Block[] => {
    if (block.kind === "text") return block.ignored ? [] : [clean(block, features)];
    if (block.kind === "media") return fileInPrompt(block, wire, features);
    if (block.kind === "compaction") return [said(block.row, "What did we do so far?")];
    if (block.kind === "subtask") return [said(block.row, "The following tool was executed by the user")];
    return [];
  });
  const blocks = meant.filter((block) => block.kind !== "text" || block.blank !== "empty");
  if (blocks.length === 0 && (wire === "anthropic" || meant.length === 0 || features.emptyUserDropped))
    return [];
  return [{ role: "user", row: message.row === NEXT_PROMPT ? null : message.row, blocks }];
}

function clean<B extends TextBlock | ThinkingBlock>(block: B, features: Features): B {
  if (!block.loneSurrogate || !features.sanitises) return block;
  return { ...block, text: block.text?.toWellFormed(), loneSurrogate: false };
}

function assistantTurns(message: Message, features: Features, wire: Wire, isOwn: boolean): Turn[] {
  if (isDropped(message)) return [];
  const signed = message.blocks.some(
    (block) => block.kind === "thinking" && (block.signature === "signed" || block.signature === "empty"),
  );
  let step: Block[] = [];
  const steps = [step];
  // Even where Anthropic's package leaves all of a step out, it sends the message of that step.
  const hollow = new Set<Block[]>();
  for (const block of message.blocks) {
    if (block.kind === "step-start") {
      step = [];
      steps.push(step);
    } else if (block.kind === "thinking") {
      step.push(...thinking(block, features, wire, isOwn));
      if (wire === "anthropic" && isHollow(block, features, isOwn)) hollow.add(step);
    } else if (block.kind === "call" && isOmitted(block, features, wire)) {
      if (wire === "anthropic") hollow.add(step);
    } else step.push(...assistantBlock(block, features, wire, isOwn, signed));
  }
  const turns = steps
    .filter((step) => step.length > 0 || hollow.has(step))
    .flatMap((step) => {
      const calls = step.filter((block): block is CallBlock => block.kind === "call");
      const results = calls
        .filter((call) => !(call.exempt && features.executedApart))
        .map((call) => resultOf(call, features, wire));
      const blocks = inOrder(step, wire, features);
      return [
        { role: "assistant" as const, row: message.row, blocks },
        ...results.map((result) => ({ role: "tool" as const, row: result.row, blocks: [result] })),
      ];
    });
  return wire === "openai-chat" ? [...turns, ...attachedTurns(message, features)] : turns;
}

/** True for thinking that only the package leaves out: it still sends the step's (now empty) message. */
function isHollow({ blank, signature }: ThinkingBlock, features: Features, isOwn: boolean): boolean {
  if (!isOwn && features.foreignThinkingAsText) return false;
  return signature === "none" && features.sanitises ? !blank : blank !== "empty";
}

/** Tools that Anthropic runs itself, by their names. */
const SERVER_TOOL = /^(?:web_search|web_fetch|code_execution|(?:bash|text_editor)_code_execution)$/;

/** True for a call that the package leaves out, with its result: one that a provider ran, of a tool that is not this one's. */
function isOmitted({ exempt, name }: CallBlock, features: Features, wire: Wire): boolean {
  if (!exempt || wire === "openai-chat" || !features.executedApart) return false;
  return wire !== "anthropic" || !SERVER_TOOL.test(name);
}

/** Calls behind the rest: by the wire, by the host, or by the package, which moves none past thinking. */
function inOrder(step: readonly Block[], wire: Wire, features: Features): readonly Block[] {
  const isCall = ({ kind }: Block) => kind === "call";
  const first = step.findIndex(isCall);
  // In order already: it does not matter who moves them.
  if (first < 0 || step.slice(first).every(isCall)) return step;
  const callsLast = (blocks: readonly Block[]) => [
    ...blocks.filter((block) => !isCall(block)),
    ...blocks.filter(isCall),
  ];
  if (wire === "openai-chat" || (wire === "anthropic" && features.movesCalls)) return callsLast(step);
  if (wire !== "anthropic" || !features.packageMovesCalls) return step;
  const at = step.findIndex((block, index) => index > 0 && block.kind === "thinking");
  if (at < 0) return callsLast(step);
  return [...callsLast(step.slice(0, at)), ...inOrder(step.slice(at), wire, features)];
}

/** Chat Completions take no media in a result: it follows the whole message as the user's. */
function attachedTurns({ blocks, row }: Message, features: Features): Turn[] {
  const media = blocks.flatMap((block) =>
    block.kind === "call" && block.state === "completed" ? filesBehindResult(block, features) : [],
  );
  if (media.length === 0) return [];
  return [{ role: "user", row, blocks: [said(row, "Attached media from tool result:"), ...media] }];
}

function assistantBlock(
  block: Block,
  features: Features,
  wire: Wire,
  isOwn: boolean,
  signedMessage: boolean,
): Block[] {
  if (block.kind === "text") {
    if (block.blank !== "empty") return [clean(block, features)];
    if (signedMessage && features.sanitises) return [{ ...block, text: " ", length: 1, blank: "space" }];
    const isItem = wire === "openai-responses" && isOwn && block.itemId !== undefined;
    return wire === "openai-chat" || isItem ? [block] : [];
  }
  if (block.kind === "call") {
    if (block.state === "unknown") return [];
    if (wire !== "anthropic") return [asText(block)];
    const id = plainId(block.id);
    return [id === block.id ? block : { ...block, id }];
  }
  return [];
}

/** Its own model gets thinking back in the form of the wire, if it has one; another model gets the words, or nothing. */
function thinking(block: ThinkingBlock, features: Features, wire: Wire, isOwn: boolean): Block[] {
  if (!isOwn && features.foreignThinkingAsText) return block.blank ? [] : [clean(asWords(block), features)];
  // Up to 1.14.39 an empty one was left out like an empty text, signed or not.
  const canGoBack = {
    anthropic: () => isOwn && block.signature !== "none" && (block.blank !== "empty" || features.sanitises),
    "openai-responses": () => isOwn && block.itemId !== undefined && (block.sealed || !features.sdk6),
    "openai-chat": () => true,
  }[wire];
  return canGoBack() ? [clean(block, features)] : [];
}

function asWords({ row, text, length, blank, loneSurrogate }: ThinkingBlock): TextBlock {
  return { kind: "text", row, text, length, blank, loneSurrogate };
}

function resultOf(call: CallBlock, features: Features, wire: Wire): ResultBlock {
  const id = call.id;
  const half = (isBroken: boolean | undefined) => isBroken && !features.sanitises && { loneSurrogate: true };
  const base = { kind: "result" as const, row: call.row, id, name: call.name };
  if (call.state === "completed") {
    const media = wire === "openai-chat" ? [] : filesInResult(call, wire, features);
    return { ...base, ok: true, ...(media.length > 0 && { media }), ...half(call.brokenOutput) };
  }
  if (call.state === "error" && call.interrupted && call.output !== "missing" && features.interruptedOutput)
    return { ...base, ok: true, ...half(call.brokenOutput) };
  const isError = call.state === "error";
  return { ...base, ok: false, blank: isError && call.error === "", ...half(isError && call.brokenError) };
}
