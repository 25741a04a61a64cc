import type { Json, JsonObject } from "../../src/model/conversation.js";

/** Requests as logs and recordings hold them. */
export const URL = "https://api.anthropic.com/v1/messages";
const settings = { model: "claude-sonnet-4-0", max_tokens: 10 };
export const HEALTHY = { ...settings, messages: [{ role: "user", content: 'it\'s "a"' }] };
export const DAMAGED = {
  ...settings,
  messages: [
    { role: "user", content: 'it\'s "a"' },
    { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "read", input: {} }] },
    { role: "user", content: "b" },
  ],
};
export type Request = JsonObject & { messages: Json };

export const text = (value: unknown) => JSON.stringify(value);
