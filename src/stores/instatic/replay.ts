import type { Block, CallBlock, Conversation, ResultBlock, Turn } from "../../model/conversation.js";
import { foldAsUser } from "../../model/pairing.js";
import type { Wire } from "../../providers/providers.js";
import { asText, type Replay } from "../host.js";
import { perVersion } from "../per-version.js";

/** Replay changed once: from 0.0.11 on a result that answers no open call is not sent (#157). */
export const INSTATIC_GENERATIONS = [
  { since: "0.0.1", until: "0.0.11", features: { dropsUnmatched: false } },
  { since: "0.0.11", until: null, features: { dropsUnmatched: true } },
] as const;
export type InstaticFeatures = (typeof INSTATIC_GENERATIONS)[number]["features"];
export const INSTATIC_NEWEST = "0.0.16";

/** Migrations that tell which version last opened the file, newest first. */
export const INSTATIC_MIGRATIONS = [
  { id: "024_clear_email_display_names", version: "0.0.14" },
  { id: "018_ai_mcp_connectors", version: "0.0.11" },
  { id: "017_layouts_system_table", version: "0.0.6" },
  { id: "007_ai_runtime", version: "0.0.1" },
] as const;

export const INTERRUPTED =
  "Tool call did not complete — the previous turn was interrupted before a result was produced.";

/** `buildMessageHistory` and the mapper of the wire, with the next prompt appended as the host does. */
export function instaticReplays(
  conversation: Conversation,
): (features: InstaticFeatures, wire: Wire) => Replay {
  const replayOf = perVersion((wire: Wire, features: InstaticFeatures): Replay => {
    const turns = mapTurns([...buildHistory(conversation, features), nextPrompt], wire);
    return { turns: turns.map((turn) => withSentCalls(turn, wire)) };
  });
  return (features, wire) => replayOf(wire, features);
}

function withSentCalls(turn: Turn, wire: Wire): Turn {
  const blocks = turn.blocks.map((block) => (block.kind === "call" ? sentCall(block, wire) : block));
  return blocks.some((block, at) => block !== turn.blocks[at]) ? { ...turn, blocks } : turn;
}

/** An input that is null is sent as an empty one. */
function sentCall(call: CallBlock, wire: Wire): CallBlock {
  const sent = call.input === "null" ? { ...call, input: "object" as const, arguments: {} } : call;
  return wire === "anthropic" ? sent : asText(sent);
}

const nextPrompt: Turn = {
  role: "user",
  row: null,
  blocks: [
    {
      kind: "text",
      row: { table: "ai_messages", id: "next-prompt", created: null, updated: null, size: 0 },
      text: "continue",
      length: 8,
      blank: false,
    },
  ],
};

function buildHistory(conversation: Conversation, features: InstaticFeatures): Turn[] {
  const turns: Turn[] = [];
  const open = new Map<string, Block>();
  const close = () => {
    for (const [id, call] of open)
      turns.push({ role: "tool", row: call.row, blocks: [interrupted(id, call)] });
    open.clear();
  };
  for (const message of conversation.messages) {
    if (message.role === "user") close();
    if (message.role !== "tool") {
      for (const block of message.blocks) if (block.kind === "call") open.set(block.id, block);
      turns.push({ role: message.role, row: message.row, blocks: message.blocks });
      continue;
    }
    const result = message.blocks.find((block): block is ResultBlock => block.kind === "result");
    if (!result || result.id === "" || (!open.has(result.id) && features.dropsUnmatched)) continue;
    open.delete(result.id);
    turns.push({ role: "tool", row: message.row, blocks: [result] });
  }
  close();
  return turns;
}

function interrupted(id: string, call: Block): ResultBlock {
  return { kind: "result", row: call.row, id, ok: false, text: INTERRUPTED };
}

/** Chat Completions get each row as it is; a reply without content is left out of Responses only. */
function mapTurns(turns: readonly Turn[], wire: Wire): readonly Turn[] {
  if (wire === "openai-chat") return turns;
  const said = turns.map((turn) => (turn.role === "assistant" ? withoutEmptyText(turn) : turn));
  if (wire === "openai-responses")
    return said.filter(({ role, blocks }) => role !== "assistant" || blocks.length > 0);
  return foldAsUser(said);
}

function withoutEmptyText(turn: Turn): Turn {
  return { ...turn, blocks: turn.blocks.filter((block) => block.kind !== "text" || block.blank !== "empty") };
}
