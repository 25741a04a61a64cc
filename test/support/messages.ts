import { present } from "../../src/model/present.js";
import type { Wire } from "../../src/providers/providers.js";
import type { ReplayReport } from "../../src/scan/replay.js";

/** The wires whose history is a list of messages. */
export type MessageWire = Exclude<Wire, "openai-responses">;

/** One message as words that both sides can say: its role, then one line a block. */
export type Said = string[];

type Fields = Record<string, unknown>;

/** Early versions had other words before the media of a result. */
const ATTACHED_BEFORE = "Attached image(s) from tool result:";
const ATTACHED = "Attached media from tool result:";

/** The messages of a request body; what the host puts before the history is left out. */
export function sentMessages(wire: Wire, body: { messages?: unknown; input?: unknown }): Said[] {
  return messagesOf(wire, body).flatMap((lines) => {
    const said = lines.map(asTyped).filter((line) => !OF_KILO.test(line));
    // A message that holds nothing but Kilo's words.
    return said.length === 1 && lines.length > 1 ? [] : [said];
  });
}

/** Words that Kilo says to a model besides those of a prompt. */
const OF_KILO = /^text \s*<(environment_details>|system-reminder>\s*The active agent has changed)/;

function messagesOf(wire: Wire, body: { messages?: unknown; input?: unknown }): Said[] {
  if (wire === "openai-responses") return (body.input as Fields[]).flatMap(responsesItem);
  const messages = body.messages as Fields[];
  return wire === "anthropic"
    ? messages.map(({ role, content }) => [String(role), ...parts(content).map(anthropicBlock)])
    : messages.filter(({ role }) => role !== "system").map(chatMessage);
}

/** `opencode run` before 1.18 adds what stands in standard input, here nothing, as a line of its own. */
function asTyped(line: string): string {
  return line === "text continue\n" ? "text continue" : line;
}

/** The messages that `doctor replay` foresees, in the same words. */
export function foreseenMessages(wire: Wire, report: ReplayReport): Said[] {
  const messages = report.messages.map(({ role, blocks }) => {
    const said = blocks.map((block) => {
      if (block.type === "thinking" && wire === "openai-responses") return block.type;
      if (block.type === "text" || block.type === "thinking") return asTyped(`${block.type} ${block.text}`);
      if (block.type === "tool-call") return `call ${block.id} ${block.name}`;
      if (block.type === "tool-result")
        return `result ${block.id}${block.error && wire === "anthropic" ? " error" : ""}`;
      return block.type;
    });
    return wire === "openai-chat" && role === "assistant" ? [role, ...joined(said)] : [role, ...said];
  });
  // In Responses each piece of a reply is an item of its own.
  return wire === "openai-responses"
    ? messages.flatMap(([role, ...said]) =>
        role === "user" ? [[role, ...said]] : said.map((line) => [present(role), line]),
      )
    : messages;
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
    case "redacted_thinking":
      return "thinking ";
    case "server_tool_use":
    case "tool_use":
      return `call ${block.id} ${block.name}`;
    case "tool_result":
      return `result ${block.tool_use_id}${block.is_error ? " error" : ""}`;
    case "image":
    case "document":
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

/** An item of Responses; nothing for what the host puts before the history. */
function responsesItem(item: Fields): Said[] {
  const { type, role, call_id: id, name } = item;
  if (role === "system" || role === "developer") return [];
  if (type === "function_call") return [["assistant", `call ${id} ${name}`]];
  if (type === "function_call_output") return [["tool", `result ${id}`]];
  if (role === undefined) return [["assistant", type === "reasoning" ? "thinking" : String(type)]];
  const said = parts(item.content).map((part) =>
    typeof part.text === "string" ? `text ${part.text}` : "media",
  );
  return role === "user" ? [[role, ...said]] : said.map((line) => [String(role), line]);
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
