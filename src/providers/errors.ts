/**
 * Error texts of providers and hosts, and the rules that explain them. `rules: []` means that no stored
 * row shows the cause; `advice` then says what helps.
 */
export interface KnownError {
  readonly pattern: RegExp;
  readonly from: string;
  readonly rules: readonly string[];
  readonly advice?: string;
}

export const KNOWN_ERRORS: readonly KnownError[] = [
  {
    from: "Anthropic",
    pattern: /tool_use`? ids were found without `?tool_result/i,
    rules: [
      "missing-step-boundary",
      "content-after-tool-call",
      "missing-tool-result",
      "misplaced-tool-result",
    ],
  },
  {
    from: "Anthropic",
    pattern: /unexpected `?tool_use_id`? found in `?tool_result/i,
    rules: ["orphan-tool-result", "misplaced-tool-result", "missing-tool-calls"],
  },
  {
    from: "Anthropic",
    pattern: /unexpected `?tool_use_id`? found in `?\w+_tool_result|server_tool_use/i,
    rules: ["orphan-tool-result"],
  },
  { from: "Anthropic", pattern: /Did not find \d+ `?tool_result`? block/i, rules: ["misplaced-tool-result"] },
  { from: "Anthropic", pattern: /tool_use`? ids must be unique/i, rules: ["duplicate-tool-call-id"] },
  {
    from: "Anthropic",
    pattern: /each tool_use must have a single result|multiple `?tool_result`? blocks/i,
    rules: ["duplicate-tool-result"],
  },
  {
    from: "Anthropic",
    pattern: /tool_use\.id|tool_use_id: String should match pattern/i,
    rules: ["invalid-tool-call-id"],
  },
  {
    from: "Anthropic",
    pattern: /tool_use\.name|function\.name'?: string does not match|Invalid 'input\[\d+\]\.name'/i,
    rules: ["invalid-tool-name"],
  },
  {
    from: "Anthropic",
    pattern: /tool_use\.input|Input should be a valid dictionary/i,
    rules: ["invalid-tool-input"],
  },
  {
    from: "Anthropic",
    pattern: /does not support assistant message prefill|must end with a user message/i,
    rules: ["assistant-prefill", "orphan-interrupted-tool", "future-timestamp"],
  },
  { from: "Anthropic", pattern: /first message must use the "?user"? role/i, rules: ["leading-assistant"] },
  {
    from: "Anthropic",
    pattern: /final block in an assistant message cannot be `?thinking/i,
    rules: ["dangling-thinking"],
  },
  {
    from: "Anthropic",
    pattern: /Expected `?thinking`? or `?redacted_thinking`?, but found/i,
    rules: ["missing-step-boundary", "dangling-thinking", "invalid-thinking"],
  },
  {
    from: "Anthropic",
    pattern:
      /Invalid `?signature`? in `?thinking|thinking\.signature: Field required|each thinking block must contain thinking/i,
    rules: ["invalid-thinking"],
  },
  {
    from: "Anthropic",
    pattern:
      /thinking`? (or `?redacted_thinking`? )?blocks in the latest assistant message cannot be modified|blocks? cannot be modified/i,
    rules: ["invalid-thinking"],
  },
  {
    from: "Anthropic",
    pattern:
      /must contain non-whitespace text|text content blocks must be non-empty|cannot be empty (if `?is_error|when status value is error)|cache_control cannot be set for empty text/i,
    rules: ["blank-text"],
  },
  {
    from: "Anthropic",
    pattern: /final assistant content cannot end with trailing whitespace/i,
    rules: ["trailing-space", "assistant-prefill", "future-timestamp"],
  },
  { from: "Anthropic", pattern: /all messages must have non-empty content/i, rules: ["empty-message"] },
  {
    from: "Anthropic",
    pattern: /no low surrogate|invalid high surrogate|lone surrogate/i,
    rules: ["lone-surrogate"],
  },
  {
    from: "Anthropic",
    pattern: /must define tools|Requests which include `?tool_use/i,
    rules: [],
    advice:
      "The request has tool calls but declares no tools: nothing stored shows it. Send the tools again, or compact the session.",
  },
  {
    from: "Anthropic",
    pattern:
      /image (dimensions )?exceed|Could not process image|many-image requests|request_too_large|Image does not match the provided media type|media_type: Input should be|Too much media|too many images/i,
    rules: ["unsendable-media"],
  },
  {
    from: "OpenAI",
    pattern: /must be followed by tool messages responding to each|insufficient tool messages/i,
    rules: ["missing-tool-result", "misplaced-tool-result", "parallel-tool-calls"],
  },
  {
    from: "OpenAI",
    pattern: /messages with role 'tool' must be a response/i,
    rules: ["orphan-tool-result", "missing-tool-calls", "misplaced-tool-result"],
  },
  {
    from: "OpenAI",
    pattern: /No tool call found for function call output/i,
    rules: ["orphan-tool-result", "missing-tool-calls"],
  },
  { from: "OpenAI", pattern: /No tool output found for function call/i, rules: ["missing-tool-result"] },
  {
    from: "OpenAI",
    pattern: /Duplicate value for 'tool_call_id'/i,
    rules: ["duplicate-tool-call-id", "duplicate-tool-result"],
  },
  {
    from: "OpenAI",
    pattern: /string_above_max_length|call_id'?: string too long|Expected an ID that begins with/i,
    rules: ["invalid-tool-call-id"],
  },
  {
    from: "OpenAI",
    pattern: /provided without its required (following item|'?reasoning'? item)|Item with id 'rs_/i,
    rules: ["dangling-thinking", "invalid-thinking"],
    advice: "opencode 1.17.0 and later strip these item ids: upgrade, or compact the session.",
  },
  {
    from: "OpenAI",
    pattern:
      /function\.arguments|\.arguments': expected a string|invalid function arguments json|function parameters is empty/i,
    rules: ["invalid-tool-input"],
  },
  {
    from: "OpenAI",
    pattern:
      /Invalid value for 'content': expected a string, got null|\.(content|output)': expected one of|tool_calls'?:? (is )?empty array|\[\] is too short - 'messages|\.tool_calls': expected an array|\.input': expected a string/i,
    rules: ["invalid-message", "empty-message", "blank-text"],
  },
  {
    from: "Anthropic",
    pattern: /content: Input should be a valid list/i,
    rules: ["invalid-message"],
  },
  {
    from: "OpenAI",
    pattern:
      /at least one content element|content : value must be a string|At least one content or tool_calls/i,
    rules: ["empty-message", "blank-text"],
  },
  {
    from: "Gemini",
    pattern: /number of function response parts is equal/i,
    rules: ["missing-tool-result", "orphan-tool-result"],
  },
  {
    from: "Gemini",
    pattern: /function (call|response) turn comes immediately after/i,
    rules: ["misplaced-tool-result", "leading-assistant"],
  },
  {
    from: "Gemini",
    pattern: /Invalid value at 'contents\[\d+\].*function_call\.args/i,
    rules: ["invalid-tool-input"],
  },
  {
    from: "Gemini",
    pattern: /missing a thought_signature/i,
    rules: [],
    advice: "The signature cannot be made up: compact the session, or switch the model.",
  },
  {
    from: "Bedrock",
    pattern: /number of toolResult blocks/i,
    rules: ["orphan-tool-result", "duplicate-tool-result"],
  },
  { from: "Bedrock", pattern: /Expected toolResult blocks/i, rules: ["missing-tool-result"] },
  { from: "Bedrock", pattern: /cannot be provided in the same turn/i, rules: ["misplaced-tool-result"] },
  {
    from: "Mistral",
    pattern: /Unexpected role '?\w+'? after role|roles must alternate/i,
    rules: ["role-order", "orphan-tool-result", "misplaced-tool-result"],
  },
  { from: "Mistral", pattern: /Tool call id was .* but must be/i, rules: ["invalid-tool-call-id"] },
  {
    from: "Mistral",
    pattern: /Not the same number of function calls and responses/i,
    rules: ["missing-tool-result", "orphan-tool-result"],
  },
  {
    from: "Mistral",
    pattern: /Expected last role User or Tool|Last message must be from user/i,
    rules: ["assistant-prefill"],
  },
  {
    from: "MiniMax",
    pattern: /tool call result does not follow tool call|tool result's tool id.* not found/i,
    rules: ["orphan-tool-result", "misplaced-tool-result", "missing-tool-calls"],
  },
  {
    from: "MiniMax",
    pattern: /images, exceeding the maximum of \d+ allowed per request/i,
    rules: ["unsendable-media"],
  },
  {
    from: "MiniMax",
    pattern: /tool call and result not match/i,
    rules: ["missing-tool-result", "duplicate-tool-result"],
  },
  { from: "MiniMax", pattern: /tool call id is invalid/i, rules: ["invalid-tool-call-id"] },
  {
    from: "Kimi",
    pattern: /tool_call_id .* not found/i,
    rules: ["orphan-tool-result", "missing-tool-calls"],
  },
  {
    from: "DeepSeek, Kimi",
    pattern:
      /reasoning_content.*(missing|must be passed back)|Missing `?reasoning_content|reasoning_content is missing/i,
    rules: ["missing-thinking"],
    advice: "opencode 1.14.24 and later send it: upgrade, or switch thinking off.",
  },
  {
    from: "AI SDK",
    pattern: /do not match the ModelMessage\[\] schema|must be a ModelMessage\[\]/i,
    rules: ["invalid-part", "invalid-message", "foreign-metadata"],
  },
  {
    from: "AI SDK",
    pattern: /URL scheme must be http|AI_DownloadError|functionality not supported/i,
    rules: ["unsendable-media"],
  },
  {
    from: "Gemini",
    pattern: /does not end with a model turn/i,
    rules: ["assistant-prefill"],
  },
  {
    from: "Gemini",
    pattern: /REQUIRED_FIELD_MISSING/,
    rules: ["invalid-tool-name", "invalid-tool-call-id"],
  },
  {
    from: "Bedrock",
    pattern: /text field in the ContentBlock object .* is blank/i,
    rules: ["blank-text"],
  },
  {
    from: "Groq",
    pattern: /content\b.*value must be a string/i,
    rules: ["empty-message"],
  },
  {
    from: "xAI",
    pattern: /Only messages of role .user. can have a name/i,
    rules: [],
    advice: "A message of the assistant or a tool carries a name: take it out where the request is made.",
  },
  {
    from: "SQLite",
    pattern: /database disk image is malformed|file is not a database/i,
    rules: ["integrity"],
  },
];
