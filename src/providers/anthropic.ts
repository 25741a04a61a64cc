import type { Provider } from "./provider.js";

const BEFORE_CLAUDE_4_6 =
  /claude-(?:instant|[23](?!\d)|(?:opus|sonnet|haiku)-4(?:$|[-.@](?:[015](?!\d)|20\d{6}|latest)))/i;
const SINCE_CLAUDE_4_6 =
  /claude-(?:(?:opus|sonnet|haiku)-(?:4[-.](?:[6-9]|[1-9]\d)(?!\d)|(?:[5-9]|[1-9]\d)(?!\d))|mythos|fable)/i;
/** Opus 4.8, Sonnet 5, Haiku 5.5 and later ones. */
const TAKES_SYSTEM =
  /claude-(?:opus-4[-.](?:[89]|[1-9]\d)(?!\d)|(?:opus|sonnet)-(?:[5-9]|[1-9]\d)(?!\d)|haiku-(?:5[-.][5-9](?!\d)|(?:[6-9]|[1-9]\d)(?!\d))|mythos|fable)/i;
const OWN = /claude|opus|sonnet|haiku|mythos|fable/i;
export const NAME = /^[a-zA-Z0-9_-]{1,128}$/;

const CALL_WITHOUT_RESULT =
  "messages.{n}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
const RESULT_WITHOUT_CALL =
  "messages.{n}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.";
const NO_LIST = "messages.{n}.content: Input should be a valid list";
const NO_THINKING =
  "messages.{n}.content.0.type: Expected `thinking` or `redacted_thinking`, but found another block. When `thinking` is enabled, a final `assistant` message must start with a thinking block";
const UNEXPECTED_SYSTEM =
  'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.';

const documents = { pages: 600, small: { models: BEFORE_CLAUDE_4_6, pages: 100 } };

export const anthropic: Provider = {
  id: "anthropic",
  aliases: ["google-vertex-anthropic"],
  wire: "anthropic",
  certainty: "documented",
  major: true,
  checksShape: true,
  holds: { assistant: [], user: ["image"], tool: ["image"] },
  foldsRoles: true,
  pairing: "adjacent",
  resultsFirst: true,
  refusesContentAfterCall: true,
  refusesPrefill: true,
  prefillModels: BEFORE_CLAUDE_4_6,
  refusesTrailingSpace: true,
  mayEndEmpty: true,
  system: "nowhere",
  systemModels: TAKES_SYSTEM,
  needsMessages: true,
  ids: { pattern: /^[a-zA-Z0-9_-]+$/, unique: "message" },
  names: NAME,
  objectInput: true,
  refusesEmptyText: true,
  refusesBlankText: "alone",
  refusesEmptyMessage: true,
  refusesEmptyError: true,
  checksThinking: true,
  omitsThinking: SINCE_CLAUDE_4_6,
  ownThinking: OWN,
  wantsThinkingFirst: true,
  pairsServerTools: true,
  cacheMarks: 4,
  checksToolReferences: true,
  refusesLoneSurrogate: true,
  refusesUnreadableMedia: true,
  images: {
    types: ["image/png", "image/jpeg", "image/gif", "image/webp"],
    side: 8000,
    bytes: 5 * 1024 * 1024,
    count: 100,
    many: { over: 20, side: 2000 },
  },
  documents,
  errors: {
    "missing-tool-result": CALL_WITHOUT_RESULT,
    "misplaced-tool-result": CALL_WITHOUT_RESULT,
    "content-after-tool-call": CALL_WITHOUT_RESULT,
    "orphan-tool-result": RESULT_WITHOUT_CALL,
    "missing-tool-calls": RESULT_WITHOUT_CALL,
    "duplicate-tool-result":
      "each tool_use must have a single result. Found multiple `tool_result` blocks with id: {id}",
    "duplicate-tool-call-id": "messages.{n}: `tool_use` ids must be unique",
    "invalid-tool-call-id": "messages.{n}: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    "invalid-tool-name": "messages.{n}: tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    "invalid-tool-input": "messages.{n}: tool_use.input: Input should be a valid dictionary",
    "unpaired-server-tool":
      "messages.{n}: `web_search` tool use with id `{id}` was found without a corresponding `web_search_tool_result` block",
    "server-result":
      "messages.{n}: unexpected `tool_use_id` found in `web_search_tool_result` blocks: {id}. Each `web_search_tool_result` block must have a corresponding `server_tool_use` block before it.",
    "assistant-prefill":
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    "trailing-space": "messages: final assistant content cannot end with trailing whitespace",
    "missing-prompt": "messages: at least one message is required",
    "misplaced-system": UNEXPECTED_SYSTEM,
    "dangling-thinking": "messages.{n}: The final block in an assistant message cannot be `thinking`.",
    "invalid-thinking": "messages.{n}: thinking.signature: Field required",
    "foreign-signature": "messages.{n}: Invalid `signature` in `thinking` block",
    "missing-thinking": NO_THINKING,
    "blank-text": "messages: text content blocks must contain non-whitespace text",
    "empty-text": "messages: text content blocks must be non-empty",
    "empty-error": "messages.{n}.content.0.tool_result: content cannot be empty if `is_error` is true",
    "unknown-block":
      "messages.{n}.content.0: Input tag found using 'type' does not match any of the expected tags",
    "shape-null-content": NO_LIST,
    "shape-content": NO_LIST,
    "shape-message": "messages.{n}: Input does not match the expected shape.",
    "misplaced-content": "messages.{n}.content.0: 'image' blocks are not permitted within assistant turns",
    "shape-extra": "messages.{n}.reasoning_details: Extra inputs are not permitted",
    "shape-marked-thinking": "messages.{n}.content.0.thinking.cache_control: Extra inputs are not permitted",
    "shape-data-url": "messages.{n}: Could not process image",
    "shape-error-media":
      "messages.{n}.content.0.tool_result: all content must be type 'text' if 'is_error' is true",
    "shape-part": "messages.{n}.content.0: Input does not match the expected shape.",
    "shape-sdk": "The messages do not match the ModelMessage[] schema.",
    "too-many-cache-marks": "A maximum of 4 blocks with cache_control may be provided.",
    "unknown-tool-reference": "Tool reference '{id}' not found in available tools",
    "empty-message":
      "messages.{n}: all messages must have non-empty content except for the optional final assistant message",
    "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
    "unsendable-media": "messages.{n}: Could not process image",
    "pdf-invalid": "messages.{n}.content.0.pdf.source.base64.data: The PDF specified was not valid.",
    "pdf-locked": "messages.{n}.content.0.pdf.source.base64.data: The PDF specified is password protected.",
    "pdf-pages": "A maximum of 100 PDF pages may be provided.",
    "image-type": "messages.{n}: Image does not match the provided media type",
    "image-bytes": "messages.{n}: image exceeds 5 MB maximum",
    "image-side": "messages.{n}: At least one of the image dimensions exceed max allowed size: 8000 pixels",
    "image-many":
      "messages.{n}: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels",
    "image-count": "Too much media: images > 100",
  },
};

const EXPECTED_RESULTS = "Expected toolResult blocks at messages.{n}.content for the following Ids: {id}";
const TOO_MANY_RESULTS =
  "The number of toolResult blocks at messages.{n}.content exceeds the number of toolUse blocks of previous turn.";

/** Claude on Amazon Bedrock, by Anthropic's own format or by Converse; it reads each message by itself. */
export const bedrock: Provider = {
  id: "bedrock",
  aliases: ["amazon-bedrock", "aws-bedrock"],
  wire: "anthropic",
  certainty: "reported",
  pairing: "adjacent",
  refusesContentAfterCall: true,
  refusesPrefill: true,
  prefillModels: new RegExp(`${BEFORE_CLAUDE_4_6.source}|^(?!.*claude)`, "i"),
  modelInUrl: true,
  system: "nowhere",
  systemModels: TAKES_SYSTEM,
  needsMessages: true,
  needsTools: true,
  objectInput: true,
  ids: { pattern: /^[a-zA-Z0-9_-]+$/, max: 64, unique: "message" },
  names: /^[a-zA-Z0-9_-]{1,64}$/,
  refusesEmptyText: true,
  refusesBlankText: "always",
  refusesEmptyMessage: true,
  refusesEmptyError: true,
  checksThinking: true,
  omitsThinking: SINCE_CLAUDE_4_6,
  ownThinking: OWN,
  refusesLoneSurrogate: true,
  refusesUrls: true,
  documents,
  over: {
    converse: { alternates: true, checksShape: true, refusesUnreadableMedia: true },
  },
  errors: {
    "missing-tool-result": EXPECTED_RESULTS,
    "misplaced-tool-result": EXPECTED_RESULTS,
    "orphan-tool-result": TOO_MANY_RESULTS,
    "duplicate-tool-result": TOO_MANY_RESULTS,
    "missing-tools": "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
    "misplaced-system": UNEXPECTED_SYSTEM,
    "blank-text": "The text field in the ContentBlock object at messages.{n}.content is blank.",
    "empty-message":
      "The content field in the Message object at messages.{n} is empty. Add a ContentBlock object to the content field and try again.",
    "empty-error":
      "The content field at messages.{n}.content.0.toolResult cannot be empty when status value is error",
    "invalid-tool-name":
      "1 validation error detected: Value at 'messages.{n}.member.content.1.member.toolUse.name' failed to satisfy constraint: Member must have length less than or equal to 64",
    "role-order":
      "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
    "shape-json":
      "The format of the value at messages.{n}.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.",
    "media-url": "messages.{n}.content.0.image.source.base64.data: URL sources are not supported",
  },
};
