/**
 * The kinds of content that each format has, by the names that they have there. Kinds that are not listed are not
 * understood.
 */
const KNOWN: Readonly<Record<string, RegExp>> = {
  anthropic:
    /^(text|image|document|search_result|(redacted_)?thinking|(server_|mcp_)?tool_use|(\w+_)?tool_result|tool_reference|container_upload|compaction|fallback|connector_text)$/,
  "openai-chat":
    /^(text|image_url|input_audio|file|refusal|audio|function_call|video_url|audio_url|input_video|video|image|thinking|redacted_thinking|reference|document_url)$/,
  "openai-responses":
    /^(message|reasoning|item_reference|compaction\w*|additional_tools|program\w*|\w+_(call|output|list_tools|approval_request|approval_response)|(input|output|summary|reasoning)_text|text|refusal|input_(image|file|audio)|output_audio|computer_screenshot)$/,
  gemini:
    /^(text|inline_?data|file_?data|function_?(call|response)|executable_?code|code_?execution_?result|tool_?(call|response))$/i,
  converse:
    /^(text|image|document|video|audio|toolUse|toolResult|guardContent|cachePoint|reasoningContent|citationsContent|searchResult|SDK_UNKNOWN_MEMBER)$/,
  otel: /^(text|reasoning|tool_call|tool_call_response|server_tool_call|server_tool_call_response|blob|file|uri)$/,
  "ai-sdk":
    /^(text|image|file|reasoning|tool-call|tool-result|tool-approval-request|tool-approval-response|custom|source|reasoning-file)$/,
};

/** True if the format of a captured request has such a kind of content. */
export function isKnownContent(form: string, format: string): boolean {
  return KNOWN[format]?.test(form) ?? true;
}

/** The kinds that the makers of a format list themselves, by the roles that may hold them. */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["image"],
  "openai-chat": ["text", "image_url", "input_audio", "file", "refusal"],
  "openai-responses": ["input_text", "input_image", "input_file", "input_audio", "output_text", "refusal"],
};

/** True for a kind whose place the makers of the format say; what copies of it add may stand anywhere. */
export function isListedContent(form: string, format: string): boolean {
  return LISTED[format]?.includes(form) ?? false;
}
