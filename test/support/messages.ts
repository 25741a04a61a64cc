import type { ReplayReport } from "../../src/scan/replay.js";

export type Wire = "anthropic" | "openai-chat";

/** One message as words that both sides can say: its role, then one line a block. */
export type Said = string[];

type Fields = Record<string, unknown>;

/** Early versions had other words before the media of a result. */
const ATTACHED_BEFORE = "Attached image(s) from tool result:";
const ATTACHED = "Attached media from tool result:";

/** The messages of a request body; what the host puts before the history is left out. */
export function sentMessages(wire: Wire, body: { messages: unknown }): Said[] {
  const messages = body.messages as Fields[];
  const said =
    wire === "anthropic"
      ? messages.map(({ role, content }) => [String(role), ...parts(content).map(anthropicBlock)])
      : messages.filter(({ role }) => role !== "system").map(chatMessage);
  return said.map((lines) => lines.map(asTyped));
}

/** `opencode run` before 1.18 adds what stands in standard input, here nothing, as a line of its own. */
function asTyped(line: string): string {
  return line === "text continue\n" ? "text continue" : line;
}

/** The messages that `doctor replay` foresees, in the same words. */
export function foreseenMessages(wire: Wire, report: ReplayReport): Said[] {
  return report.messages.map(({ role, blocks }) => {
    const said = blocks.map((block) => {
      if (block.type === "text" || block.type === "thinking") return asTyped(`${block.type} ${block.text}`);
      if (block.type === "tool-call") return `call ${block.id} ${block.name}`;
      if (block.type === "tool-result")
        return `result ${block.id}${block.error && wire === "anthropic" ? " error" : ""}`;
      return block.type;
    });
    return wire === "openai-chat" && role === "assistant" ? [role, ...joined(said)] : [role, ...said];
  });
}

function parts(content: unknown): Fields[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content as Fields[]);
}

function anthropicBlock(block: Fields): string {
  switch (block.type) {
    case "text":
      return `text ${block.text}`;
    case "thinking":
      return `thinking ${block.thinking}`;
    case "tool_use":
      return `call ${block.id} ${block.name}`;
    case "tool_result":
      return `result ${block.tool_use_id}${block.is_error ? " error" : ""}`;
    case "image":
      return "media";
    default:
      return String(block.type);
  }
}

function chatMessage(message: Fields): Said {
  const role = String(message.role);
  if (role === "tool") return [role, `result ${message.tool_call_id}`];
  if (role === "user")
    return [
      role,
      ...parts(message.content).map(({ type, text }) =>
        type === "text" ? `text ${text}`.replace(ATTACHED_BEFORE, ATTACHED) : "media",
      ),
    ];
  const calls = (message.tool_calls ?? []) as { id: string; function: { name: string } }[];
  return [
    role,
    ...(message.reasoning_content ? [`thinking ${message.reasoning_content}`] : []),
    ...(message.content ? [`text ${message.content}`] : []),
    ...calls.map((call) => `call ${call.id} ${call.function.name}`),
  ];
}

/** Chat Completions have one place for all texts of a message, and one for all thinking. */
function joined(said: readonly string[]): string[] {
  const all = (kind: string) =>
    said
      .filter((line) => line.startsWith(`${kind} `))
      .map((line) => line.slice(kind.length + 1))
      .join("");
  return [
    ...(["thinking", "text"] as const).flatMap((kind) => (all(kind) === "" ? [] : [`${kind} ${all(kind)}`])),
    ...said.filter((line) => line.startsWith("call ")),
  ];
}
