import type { KnownError } from "./known-error.js";

/** Error texts of Anthropic's Messages API. */
export const ANTHROPIC_ERRORS: readonly KnownError[] = [
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
    pattern:
      /unexpected `?tool_use_id`? found in `?\w+_tool_result|without a corresponding `?\w+_tool_result|server_tool_use/i,
    rules: ["unpaired-server-tool"],
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
  {
    from: "Anthropic",
    pattern: /first message must use the "?user"? role/i,
    rules: ["leading-assistant"],
    advice: "Anthropic itself takes such a history since 2026: a gateway or a library said this.",
  },
  {
    from: "Anthropic",
    pattern: /final block in an assistant message cannot be `?thinking/i,
    rules: ["dangling-thinking"],
  },
  {
    from: "Anthropic",
    pattern: /Expected `?thinking`? or `?redacted_thinking`?, but found/i,
    rules: ["missing-thinking", "missing-step-boundary", "dangling-thinking", "invalid-thinking"],
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
    advice:
      "Where the thinking is signed and not empty, something between the history and the service changed it: send the blocks as they came, or switch thinking off until the turn has ended.",
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
  { from: "Anthropic", pattern: /messages must have non-empty content/i, rules: ["empty-message"] },
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
    from: "Anthropic",
    pattern: /content: Input should be a valid list/i,
    rules: ["invalid-message"],
  },
  {
    from: "Anthropic",
    pattern:
      /PDF specified (was not valid|is password)|Could not process PDF|PDF pages may be provided|specified using the \S+ media type/i,
    rules: ["unsendable-media"],
  },
  {
    from: "Anthropic",
    pattern: /at least one message is required/i,
    rules: ["missing-prompt"],
  },
  {
    from: "Anthropic",
    pattern: /does not match the expected shape/i,
    rules: ["invalid-message"],
  },
  {
    from: "Anthropic",
    pattern: /Input tag .*does not match any of the expected tags/i,
    rules: ["unknown-block"],
  },
  {
    from: "Anthropic",
    pattern: /Unexpected role "?system/i,
    rules: ["misplaced-system"],
  },
  {
    from: "Anthropic",
    pattern: /blocks with cache_control may be provided/i,
    rules: ["too-many-cache-marks"],
  },
  {
    from: "Anthropic",
    pattern: /Tool reference '.*' not found/i,
    rules: ["unknown-tool-reference"],
  },
  {
    from: "Anthropic",
    pattern:
      /(reasoning_\w+|thinking\.cache_control): Extra inputs are not permitted|all content must be type .text. if/i,
    rules: ["invalid-message"],
  },
  {
    from: "Anthropic",
    pattern: /blocks are not permitted within assistant turns/i,
    rules: ["misplaced-content"],
  },
];
