import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { convertToModelMessages, generateText, type ModelMessage, type UIMessage } from "ai";
import { present } from "../../src/model/present.js";
import type { MessageWire } from "./messages.js";
import type { Part, StoredMessage } from "./rows.js";

/**
 * The body that the AI SDK sends for stored messages and a next prompt, when it is fed as opencode 1.18 feeds it:
 * its `toModelMessages` and `normalizeMessages`, written again from their description and apart from `src`.
 */
export async function bodyOf(
  wire: MessageWire,
  stored: readonly StoredMessage[],
): Promise<{ messages: unknown[] }> {
  const said = [...stored, { role: "user" as const, parts: [{ type: "text", text: "continue" }] }];
  const ui = said.flatMap((message) => uiMessages(wire, message));
  const messages = normalised(wire, await convertToModelMessages(ui));
  let body: { messages: unknown[] } | undefined;
  const fetch = async (_url: unknown, init?: RequestInit) => {
    body = JSON.parse(String(init?.body));
    return Response.json(ANSWERS[wire]);
  };
  const model =
    wire === "anthropic"
      ? createAnthropic({ apiKey: "none", fetch })("claude-x")
      : createOpenAICompatible({ name: "x", baseURL: "http://127.0.0.1/v1", fetch })("x");
  await generateText({ model, messages, maxRetries: 0, maxOutputTokens: 99 });
  return present(body);
}

const ANSWERS: Record<MessageWire, object> = {
  anthropic: {
    id: "m",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "yes" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  "openai-chat": {
    id: "m",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "yes" } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
};

type UiMessage = Omit<UIMessage, "id">;
type UiPart = UIMessage["parts"][number];

function uiMessages(wire: MessageWire, { role, info, parts }: StoredMessage): UiMessage[] {
  const error = (info?.error as { name: string } | undefined)?.name;
  const wasCut = parts.some(({ type }) => type !== "step-start" && type !== "reasoning");
  if (error && !(error === "MessageAbortedError" && wasCut)) return [];
  const isSigned = parts.some(({ metadata }) => signatureOf(metadata) !== undefined);
  const ui = parts.flatMap((part) =>
    role === "user" ? userPart(part) : assistantPart(wire, part, isSigned),
  );
  return ui.some(({ type }) => type !== "step-start") ? [{ role, parts: ui }] : [];
}

function userPart(part: Part): UiPart[] {
  if (part.type === "text" && !part.ignored && part.text !== "") return [words(part.text)];
  if (part.type === "file" && part.mime !== "text/plain" && part.mime !== "application/x-directory")
    return [{ type: "file", url: String(part.url), mediaType: String(part.mime) }];
  return part.type === "compaction" ? [words("What did we do so far?")] : [];
}

function assistantPart(wire: MessageWire, part: Part, isSigned: boolean): UiPart[] {
  switch (part.type) {
    case "text":
      return [words(part.text === "" && isSigned ? " " : part.text)];
    case "step-start":
      return [{ type: "step-start" }];
    case "reasoning":
      // The stored replies are Claude's: to another model their thinking is plain text.
      if (wire === "anthropic")
        return [{ type: "reasoning", text: String(part.text), providerMetadata: part.metadata as never }];
      return part.text === "" ? [] : [words(part.text)];
    case "tool":
      return [toolPart(part)];
    default:
      return [];
  }
}

function toolPart({ tool, callID, state }: Part): UiPart {
  const { status, input, output, error, metadata } = state as Record<string, unknown>;
  const kept = metadata as { interrupted?: boolean; output?: unknown } | undefined;
  const call = { type: `tool-${tool}` as const, toolCallId: String(callID), input };
  if (status === "completed") return { ...call, state: "output-available", output };
  if (status === "error" && kept?.interrupted && typeof kept.output === "string")
    return { ...call, state: "output-available", output: kept.output };
  const errorText = status === "error" ? String(error) : "[Tool execution was interrupted]";
  return { ...call, state: "output-error", errorText };
}

function words(text: unknown): UiPart {
  return { type: "text", text: text as string };
}

function signatureOf(metadata: unknown): unknown {
  return (metadata as { anthropic?: { signature?: unknown } } | undefined)?.anthropic?.signature;
}

/** For Anthropic no empty text, and ids of plain characters. */
function normalised(wire: MessageWire, messages: ModelMessage[]): ModelMessage[] {
  if (wire !== "anthropic") return messages;
  return messages.flatMap((message): ModelMessage[] => {
    if (typeof message.content === "string" || message.role === "system") return [message];
    const content = message.content
      .filter((part) => part.type !== "text" || part.text !== "")
      .map((part) =>
        "toolCallId" in part ? { ...part, toolCallId: part.toolCallId.replace(/[^\w-]/g, "_") } : part,
      );
    return content.length > 0 ? [{ ...message, content } as ModelMessage] : [];
  });
}
