import type { KnownError } from "./known-error.js";

/** Error texts of services with an API of their own, and of strict servers. */
export const OTHER_ERRORS: readonly KnownError[] = [
  {
    from: "Gemini",
    pattern: /number of function response parts is equal/i,
    rules: ["missing-tool-result", "orphan-tool-result", "duplicate-tool-result"],
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
    pattern:
      /Please use a valid role: user, model|Proto field is not repeating|function_response\.name: Name cannot be/i,
    rules: ["invalid-message"],
  },
  {
    from: "Gemini",
    pattern: /function_call\.name: Name cannot be empty/i,
    rules: ["invalid-tool-name"],
  },
  {
    from: "Gemini",
    pattern: /missing a thought_signature/i,
    rules: ["missing-thinking"],
    advice: "The signature cannot be made up: compact the session, or switch the model.",
  },
  {
    from: "Bedrock",
    pattern: /toolResult\.content\.\d+\.json is invalid/i,
    rules: ["invalid-message"],
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
    from: "Gemini",
    pattern: /does not end with a model turn|ending with a model turn are not supported/i,
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
    from: "Gemini",
    pattern: /contents\.parts must not be empty/i,
    rules: ["empty-message"],
  },
  {
    from: "Gemini",
    pattern: /required oneof field 'data'/i,
    rules: ["blank-text", "invalid-message"],
  },
  {
    from: "Gemini",
    pattern: /thought signature(\.| is not valid)/i,
    rules: [],
    advice:
      "The signature was changed or belongs to another call, and cannot be made up: compact the session, or switch the model.",
  },
  {
    from: "Bedrock",
    pattern: /toolConfig field must be defined/i,
    rules: ["missing-tools"],
  },
  {
    from: "Bedrock",
    pattern: /content field in the Message object .* is empty/i,
    rules: ["empty-message"],
  },
  {
    from: "Bedrock",
    pattern: /must alternate between user and assistant roles/i,
    rules: ["role-order"],
  },
  {
    from: "Bedrock",
    pattern: /toolUse\.name' failed to satisfy constraint/i,
    rules: ["invalid-tool-name"],
  },
  {
    from: "Bedrock",
    pattern: /toolUseId' failed to satisfy constraint/i,
    rules: ["invalid-tool-call-id"],
  },
  {
    from: "Bedrock",
    pattern: /URL sources are not supported/i,
    rules: ["unsendable-media"],
  },
  {
    from: "Kimi",
    pattern: /message at position \d+( with role '\w+')? must not be empty/i,
    rules: ["empty-message", "blank-text"],
  },
  {
    from: "Kimi",
    pattern: /tool[_ ]call[_ ]id .* is duplicated/i,
    rules: ["duplicate-tool-call-id", "duplicate-tool-result"],
  },
  {
    from: "DeepSeek",
    pattern: /unknown variant `?image_url/i,
    rules: ["misplaced-content"],
  },
  {
    from: "DeepSeek",
    pattern: /No tool output found for tool call/i,
    rules: ["misplaced-tool-result", "missing-tool-result"],
  },
  {
    from: "Groq, Cerebras",
    pattern: /reasoning_content'? is unsupported/i,
    rules: ["unsupported-reasoning"],
  },
  {
    from: "GLM",
    pattern: /messages parameter is illegal/i,
    rules: ["missing-prompt", "empty-message"],
  },
  {
    from: "a chat template",
    pattern: /No user query found in messages/i,
    rules: ["missing-prompt"],
  },
  {
    from: "a chat template",
    pattern: /System message must be at the beginning/i,
    rules: ["misplaced-system"],
  },
  {
    from: "vLLM",
    pattern: /(Expecting .* delimiter|Unterminated string starting at|Expecting value): line \d+ column \d+/i,
    rules: ["invalid-tool-input"],
    advice: "The server reads the arguments of old calls as JSON; one of them is cut.",
  },
];
