import type { KnownError } from "./known-error.js";

/** Error texts of OpenAI's APIs and of the many copies of Chat Completions. */
export const OPENAI_ERRORS: readonly KnownError[] = [
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
    pattern:
      /No tool call found for (function|custom tool|local shell|shell|apply patch|computer)( tool)? call output/i,
    rules: ["orphan-tool-result", "missing-tool-calls"],
  },
  {
    from: "OpenAI",
    pattern: /No tool output found for (function|custom tool|local shell|shell|apply patch|computer) call/i,
    rules: ["missing-tool-result"],
  },
  {
    from: "OpenAI",
    pattern: /Invalid value: 'tool'\. Supported values are: 'assistant', 'system', 'developer'/i,
    rules: ["invalid-message"],
  },
  {
    from: "OpenAI",
    pattern:
      /Missing required parameter: '(input\[\d+\]\.summary|messages\[\d+\]\.tool_calls\[\d+\]\.type)'/i,
    rules: ["invalid-message"],
  },
  { from: "OpenAI", pattern: /Unknown parameter: 'input\[\d+\]\.tool_calls'/i, rules: ["invalid-message"] },
  {
    from: "OpenAI",
    pattern: /encrypted content (\S+ )?could not be (verified|decrypted)/i,
    rules: ["invalid-thinking"],
  },
  {
    from: "OpenAI",
    pattern: /Duplicate value for 'tool_call_id'|Duplicate (function|custom_tool)_call_output for call_id/i,
    rules: ["duplicate-tool-call-id", "duplicate-tool-result"],
  },
  {
    from: "OpenAI",
    pattern: /tool_calls.*string_above_max_length|call_id'?: (string too long|empty string)/i,
    rules: ["invalid-tool-call-id"],
  },
  {
    from: "OpenAI",
    pattern: /provided without its required following item/i,
    rules: ["dangling-thinking"],
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
    from: "OpenAI",
    pattern:
      /at least one content element|content : value must be a string|At least one content or tool_calls/i,
    rules: ["empty-message", "blank-text"],
  },
  {
    from: "OpenAI",
    pattern: /provided without its required '?reasoning'? item/i,
    rules: [],
    advice:
      "A call or message was sent under the id that OpenAI keeps it by, without the reasoning that it keeps before it. Send both, or take the id out. opencode 1.17.0 and later strip these ids: upgrade, or compact the session.",
  },
  {
    from: "OpenAI",
    pattern:
      /Expected an ID that (begins with|contains letters)|'input\[\d+\]\.id': string too long|Item with id '\w*' not found/i,
    rules: ["invalid-item-id"],
  },
  {
    from: "OpenAI",
    pattern: /Duplicate item found with id/i,
    rules: ["invalid-item-id", "duplicate-item"],
  },
  {
    from: "OpenAI",
    pattern: /encrypted_content was not issued to this caller/i,
    rules: [],
    advice:
      "The reasoning was made for another account or organisation and cannot be read by this one: compact the session, or send the history without its reasoning.",
  },
  {
    from: "OpenAI",
    pattern: /Missing (required )?parameter:? '(messages\[\d+\]\.)?tool_call_id'/i,
    rules: ["orphan-tool-result", "missing-tool-result"],
  },
  {
    from: "OpenAI",
    pattern:
      /Missing required parameter: '(messages|input)\[\d+\]\.content\[\d+\]\.type'|Invalid type for '(messages|input)\[\d+\]'|invalid message content type|content field is a required field/i,
    rules: ["invalid-message", "empty-message"],
  },
  {
    from: "OpenAI",
    pattern: /Invalid 'messages': empty array/i,
    rules: ["missing-prompt"],
  },
  {
    from: "OpenAI",
    pattern:
      /Image URLs are only allowed for messages with role|Supported values are: 'output_text' and 'refusal'/i,
    rules: ["misplaced-content"],
  },
  {
    from: "OpenAI",
    pattern: /Supported values are: '(text|input_text)'/i,
    rules: ["unknown-block", "misplaced-content", "invalid-message"],
  },
  {
    from: "OpenAI",
    pattern:
      /invalid image data at|could not be decoded \(it may be corrupt|unsupported image|Invalid base64 image_url|Invalid file data|unsupported MIME type|does not represent a valid image/i,
    rules: ["unsendable-media"],
  },
  {
    from: "OpenAI",
    pattern: /arguments must be a valid JSON object|Failed to parse tool call arguments/i,
    rules: ["invalid-tool-input"],
  },
];
