/** Messages as Anthropic's Messages API takes them. */
export const text = (words: string) => ({ type: "text", text: words });
export const use = (id: string, input: unknown = {}) => ({ type: "tool_use", id, name: "read", input });
export const result = (id: string, content: unknown = "ok") => ({
  type: "tool_result",
  tool_use_id: id,
  content,
});
export const user = (...content: unknown[]) => ({ role: "user", content });
export const assistant = (...content: unknown[]) => ({ role: "assistant", content });
export const hi = user(text("hi"));
export const bye = user(text("go on"));
export const closed = (id: string) => ({
  type: "tool_result",
  tool_use_id: id,
  content: "[Tool execution was interrupted]",
  is_error: true,
});
export const thinking = (words: string, signature?: string) => ({
  type: "thinking",
  thinking: words,
  signature,
});
export const search = { type: "server_tool_use", id: "s", name: "web_search", input: {} };
