import type { CallBlock, ResultBlock, Row, Turn } from "../../model/conversation.js";
import { textBlock } from "../../model/text.js";
import type { CodexMessage } from "./messages.js";
import type { CodexConversation } from "./session.js";

/** The row of what the host adds by itself. */
const ADDED: Row = {
  table: "line",
  holds: "message",
  id: "next-prompt",
  created: null,
  updated: null,
  size: 0,
};

/** The request of the next prompt: the history, in which each call has an output and each output a call. */
export function codexTurns({ history }: Pick<CodexConversation, "history">): Turn[] {
  const calls = idsOf(history, "call");
  const outputs = idsOf(history, "result");
  const turns = history.flatMap((message): Turn[] => {
    const { role, row, blocks, type } = message;
    const block = blocks[0];
    if (block?.kind === "result" && !block.exempt && !calls.has(`${kindOf(type)} ${block.id}`)) return [];
    const turn = { role, row, blocks };
    if (block?.kind !== "call" || block.exempt || outputs.has(`${kindOf(type)} ${block.id}`)) return [turn];
    return [turn, { role: "tool", row, blocks: [aborted(block)] }];
  });
  return [...turns, { role: "user", row: null, blocks: [textBlock(ADDED, "continue")] }];
}

/** The output that Codex puts behind a call that has no output. */
function aborted({ id, row }: CallBlock): ResultBlock {
  return { kind: "result", row, id, ok: false, text: "aborted" };
}

/** Ids are compared within one kind of call: Codex looks for an output of the same kind anywhere in the history. */
function idsOf(history: readonly CodexMessage[], kind: "call" | "result"): Set<string> {
  return new Set(
    history.flatMap(({ blocks, type }) =>
      blocks.flatMap((block) => (block.kind === kind ? [`${kindOf(type)} ${block.id}`] : [])),
    ),
  );
}

/** `function`, `custom_tool` or `tool_search`; a local shell's output is a function's. */
export function kindOf(type: string): string {
  const kind = type.replace(/_(call_output|output|call)$/, "");
  return kind === "local_shell" ? "function" : kind;
}
