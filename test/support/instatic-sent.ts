import type { Wire } from "../../src/providers/providers.js";
import { type InstaticRow, stored } from "./instatic.js";

type Block = Record<string, unknown> & { kind: string };

type Sent =
  | { role: "user" | "assistant"; blocks: Block[] }
  | { role: "tool"; id: string; ok: boolean; text: string };

/**
 * The body that Instatic would send for one more prompt. Written from the description of the program alone, without the
 * model of `src`: a second opinion. `dropsUnmatched`: as from 0.0.11 on.
 */
export function sentByInstatic(rows: readonly InstaticRow[], wire: Wire, dropsUnmatched: boolean): object {
  const sent: Sent[] = [];
  const open = new Set<string>();
  const interrupt = () => {
    for (const one of open) sent.push({ role: "tool", id: one, ok: false, text: "interrupted" });
    open.clear();
  };
  const prompt: InstaticRow = stored("user", [{ kind: "text", text: "continue" }]);
  for (const { role, content, callId } of [...rows, prompt]) {
    const blocks = blocksOf(content);
    if (role === "user") interrupt();
    if (role !== "tool") sent.push({ role, blocks });
    if (role === "assistant")
      for (const block of blocks) if (block.kind === "toolCall") open.add(String(block.toolCallId));
    if (role !== "tool" || !callId || (dropsUnmatched && !open.has(callId))) continue;
    open.delete(callId);
    const outcome = blocks.find(({ kind }) => kind === "toolResult");
    const ok = outcome?.ok === true;
    const text = ok
      ? '{"ok":true}'
      : String(outcome ? (outcome.error ?? "Tool call failed.") : "interrupted");
    sent.push({ role, id: callId, ok, text });
  }
  if (wire === "openai-responses") return { input: sent.flatMap(responsesItems) };
  return { messages: wire === "anthropic" ? anthropicMessages(sent) : sent.map(chatMessage) };
}

const KEYS: Record<string, Record<string, (value: unknown) => boolean>> = {
  text: { text: isText },
  image: { mimeType: isText, data: isText },
  toolCall: { toolCallId: isText, toolName: isText, input: (value) => value !== undefined },
  toolResult: {
    ok: (value) => typeof value === "boolean",
    error: (value) => value === undefined || isText(value),
  },
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** One block that is not as it should be empties the row. */
function blocksOf(content: string): Block[] {
  try {
    const blocks = JSON.parse(content) as Block[];
    const areWhole = blocks.every((block) => {
      const keys = Object.entries(KEYS[block.kind] ?? {});
      return keys.length > 0 && keys.every(([key, isRight]) => isRight(block[key]));
    });
    return areWhole ? blocks : [];
  } catch {
    return [];
  }
}

function anthropicMessages(sent: readonly Sent[]): object[] {
  const messages: { role: string; content: object[] }[] = [];
  for (const one of sent) {
    const role = one.role === "assistant" ? "assistant" : "user";
    const content = one.role === "tool" ? [anthropicResult(one)] : one.blocks.flatMap(anthropicBlock);
    const spoken =
      one.role === "assistant" ? content.filter((block) => !("text" in block && block.text === "")) : content;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...spoken);
    else messages.push({ role, content: spoken });
  }
  return messages;
}

function anthropicResult({ id: tool_use_id, ok, text }: Extract<Sent, { role: "tool" }>): object {
  return { type: "tool_result", tool_use_id, content: text, ...(!ok && { is_error: true }) };
}

function anthropicBlock(block: Block): object[] {
  if (block.kind === "text") return [{ type: "text", text: block.text }];
  if (block.kind === "image")
    return [{ type: "image", source: { type: "base64", media_type: block.mimeType, data: block.data } }];
  if (block.kind === "toolCall")
    return [{ type: "tool_use", id: block.toolCallId, name: block.toolName, input: block.input ?? {} }];
  return [];
}

function responsesItems(one: Sent): object[] {
  if (one.role === "tool") return [{ type: "function_call_output", call_id: one.id, output: one.text }];
  const { role, blocks } = one;
  const type = role === "user" ? "input_text" : "output_text";
  const content = blocks.flatMap(({ kind, text, mimeType, data }): object[] => {
    if (kind === "text") return role === "user" || text !== "" ? [{ type, text }] : [];
    return kind === "image" ? [{ type: "input_image", image_url: `data:${mimeType};base64,${data}` }] : [];
  });
  const calls = blocks.flatMap(({ kind, toolCallId, toolName, input }) =>
    kind === "toolCall"
      ? [
          {
            type: "function_call",
            call_id: toolCallId,
            name: toolName,
            arguments: JSON.stringify(input ?? {}),
          },
        ]
      : [],
  );
  return [...(role === "user" || content.length > 0 ? [{ type: "message", role, content }] : []), ...calls];
}

function chatMessage(one: Sent): object {
  if (one.role === "tool") return { role: "tool", tool_call_id: one.id, content: one.text };
  const said = one.blocks.filter(({ kind }) => kind === "text").map(({ text }) => String(text));
  if (one.role === "user") return { role: "user", content: chatPrompt(one.blocks, said) };
  const calls = one.blocks.filter(({ kind }) => kind === "toolCall");
  return {
    role: "assistant",
    content: said.join(""),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ toolCallId, toolName, input }) => ({
        id: toolCallId,
        type: "function",
        function: { name: toolName, arguments: JSON.stringify(input ?? {}) },
      })),
    }),
  };
}

function chatPrompt(blocks: readonly Block[], said: readonly string[]): string | object[] {
  if (!blocks.some(({ kind }) => kind === "image")) return said.filter((text) => text !== "").join(" ");
  return blocks.flatMap(({ kind, text, mimeType, data }): object[] => {
    if (kind === "text") return [{ type: "text", text }];
    return kind === "image"
      ? [{ type: "image_url", image_url: { url: `data:${mimeType};base64,${data}` } }]
      : [];
  });
}
