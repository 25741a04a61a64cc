/**
 * What each provider takes and refuses in a message history, one row a provider.
 * Checks read this table; nothing else in the project knows one provider from another.
 */
export type Wire = "anthropic" | "openai-chat" | "openai-responses";

/** What a provider takes of images. Sides in pixels of the longer side, sizes in bytes after base64. */
export interface ImageLimits {
  /** The kinds that it takes, by their bytes; another kind than the declared one is refused. */
  readonly types?: readonly string[];
  readonly side?: number;
  readonly bytes?: number;
  /** Images of one request. */
  readonly count?: number;
  /** With more images than `over` in one request, each may be this large. */
  readonly many?: { readonly over: number; readonly side: number };
}

export interface Provider {
  readonly id: string;
  /** The request format that a host uses to reach it. */
  readonly wire: Wire;
  /** measured: on the real service or program; documented: in its docs; reported: in users' error texts. */
  readonly certainty: "measured" | "documented" | "reported";
  /** Counts for the severity `error`; the others are named in the effects only. */
  readonly major?: boolean;
  /** Hosts rewrite requests for it: judged only where the user asks for it. */
  readonly onlyWhenNamed?: boolean;
  /** Neighbours of one role are read as one turn. */
  readonly foldsRoles?: boolean;
  /** Results must stand directly behind their call, or anywhere later in the history. */
  readonly pairing: "adjacent" | "anywhere";
  readonly resultsFirst?: boolean;
  /** Text or thinking behind a tool call of the same assistant message is refused. */
  readonly refusesContentAfterCall?: boolean;
  /** A history that ends with an assistant turn is refused (for an unknown model). */
  readonly refusesPrefill?: boolean;
  /** Models that still take one. */
  readonly prefillModels?: RegExp;
  /** The text of such a turn must not end in white space. */
  readonly refusesTrailingSpace?: boolean;
  /** The last turn, if it is the assistant's, may be empty. */
  readonly mayEndEmpty?: boolean;
  readonly firstRole?: "user";
  /** user and assistant must take turns (tool results aside). */
  readonly alternates?: boolean;
  readonly ids?: {
    readonly pattern?: RegExp;
    readonly max?: number;
    readonly unique?: "conversation" | "message";
  };
  readonly names?: RegExp;
  readonly objectInput?: boolean;
  /** Each message must have the types that the API says, before any is folded. */
  readonly checksShape?: boolean;
  readonly refusesEmptyText?: boolean;
  readonly refusesBlankText?: boolean;
  readonly refusesEmptyMessage?: boolean;
  /** A tool's error must say something. */
  readonly refusesEmptyError?: boolean;
  /** Thinking blocks are kept and checked: signed, not blank, never the last block. */
  readonly checksThinking?: boolean;
  /** Models whose thinking comes without its text, and is taken back like that: the signature holds it. */
  readonly omitsThinking?: RegExp;
  /** A reasoning item must stand before the item that it led to. */
  readonly reasoningNeedsFollower?: boolean;
  /** A thinking model's tool calls must come back with their reasoning. */
  readonly wantsReasoning?: boolean;
  readonly refusesLoneSurrogate?: boolean;
  readonly refusesUnreadableMedia?: boolean;
  readonly images?: ImageLimits;
  /** The provider's own words, by rule. */
  readonly errors: Readonly<Record<string, string>>;
}

const BEFORE_CLAUDE_4_6 =
  /claude-(?:instant|[23](?!\d)|(?:opus|sonnet|haiku)-4(?:$|[-.@](?:[015](?!\d)|20\d{6}|latest)))/i;
const SINCE_CLAUDE_4_6 =
  /claude-(?:(?:opus|sonnet|haiku)-(?:4[-.](?:[6-9]|[1-9]\d)(?!\d)|(?:[5-9]|[1-9]\d)(?!\d))|mythos)/i;
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const CALL_WITHOUT_RESULT_ANTHROPIC =
  "messages.{n}: `tool_use` ids were found without `tool_result` blocks immediately after: {id}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
const RESULT_WITHOUT_CALL_ANTHROPIC =
  "messages.{n}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.";
const CALL_WITHOUT_RESULT_CHAT =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {id}";
const RESULT_WITHOUT_CALL_CHAT =
  "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";

const NO_LIST_ANTHROPIC = "messages.{n}.content: Input should be a valid list";
const NULL_CONTENT_CHAT = "Invalid value for 'content': expected a string, got null.";

const chatErrors = {
  "missing-tool-result": CALL_WITHOUT_RESULT_CHAT,
  "misplaced-tool-result": CALL_WITHOUT_RESULT_CHAT,
  "orphan-tool-result": RESULT_WITHOUT_CALL_CHAT,
  "missing-tool-calls": RESULT_WITHOUT_CALL_CHAT,
  "duplicate-tool-result": "Duplicate value for 'tool_call_id' of '{id}'",
  "duplicate-tool-call-id": "Duplicate value for 'tool_call_id' of '{id}'",
  "invalid-tool-call-id":
    "Invalid 'messages[{n}].tool_calls[0].id': string too long (string_above_max_length)",
  "invalid-tool-name":
    "Invalid 'messages[{n}].tool_calls[].function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.",
  "invalid-tool-input": "Invalid 'messages[{n}].tool_calls[].function.arguments': not a valid JSON object",
  "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
  "empty-message": NULL_CONTENT_CHAT,
  "shape-null-content": NULL_CONTENT_CHAT,
  "shape-content": "Invalid type for 'messages[{n}].content': expected one of a string or array of objects.",
  "shape-null-tool_calls":
    "Invalid type for 'messages[{n}].tool_calls': expected an array of objects, but got null instead.",
  "shape-tool_calls":
    "Invalid 'messages[{n}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  "shape-input":
    "Invalid type for 'messages[{n}].tool_calls[].function.arguments': expected a string, but got an object instead.",
};
const mustAlternate =
  "After the optional system message, conversation roles must alternate user and assistant roles except for tool calls and results.";

export const PROVIDERS: readonly Provider[] = [
  {
    id: "anthropic",
    wire: "anthropic",
    certainty: "documented",
    major: true,
    checksShape: true,
    foldsRoles: true,
    pairing: "adjacent",
    resultsFirst: true,
    refusesContentAfterCall: true,
    refusesPrefill: true,
    prefillModels: BEFORE_CLAUDE_4_6,
    refusesTrailingSpace: true,
    mayEndEmpty: true,
    firstRole: "user",
    ids: { pattern: /^[a-zA-Z0-9_-]+$/, unique: "conversation" },
    names: NAME,
    objectInput: true,
    refusesEmptyText: true,
    refusesBlankText: true,
    refusesEmptyMessage: true,
    refusesEmptyError: true,
    checksThinking: true,
    omitsThinking: SINCE_CLAUDE_4_6,
    refusesLoneSurrogate: true,
    refusesUnreadableMedia: true,
    images: {
      types: ["image/png", "image/jpeg", "image/gif", "image/webp"],
      side: 8000,
      bytes: 5 * 1024 * 1024,
      count: 100,
      many: { over: 20, side: 2000 },
    },
    errors: {
      "missing-tool-result": CALL_WITHOUT_RESULT_ANTHROPIC,
      "misplaced-tool-result": CALL_WITHOUT_RESULT_ANTHROPIC,
      "content-after-tool-call": CALL_WITHOUT_RESULT_ANTHROPIC,
      "orphan-tool-result": RESULT_WITHOUT_CALL_ANTHROPIC,
      "missing-tool-calls": RESULT_WITHOUT_CALL_ANTHROPIC,
      "duplicate-tool-result":
        "each tool_use must have a single result. Found multiple `tool_result` blocks with id: {id}",
      "duplicate-tool-call-id": "messages.{n}: `tool_use` ids must be unique",
      "invalid-tool-call-id": "messages.{n}: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
      "invalid-tool-name":
        "messages.{n}: tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
      "invalid-tool-input": "messages.{n}: tool_use.input: Input should be a valid dictionary",
      "assistant-prefill":
        "This model does not support assistant message prefill. The conversation must end with a user message.",
      "trailing-space": "messages: final assistant content cannot end with trailing whitespace",
      "leading-assistant": 'messages: first message must use the "user" role',
      "dangling-thinking": "messages.{n}: The final block in an assistant message cannot be `thinking`.",
      "invalid-thinking": "messages.{n}: thinking.signature: Field required",
      "foreign-signature": "messages.{n}: Invalid `signature` in `thinking` block",
      "blank-text": "messages: text content blocks must contain non-whitespace text",
      "empty-text": "messages: text content blocks must be non-empty",
      "empty-error": "messages.{n}.content.0.tool_result: content cannot be empty if `is_error` is true",
      "shape-null-content": NO_LIST_ANTHROPIC,
      "shape-content": NO_LIST_ANTHROPIC,
      "empty-message":
        "messages.{n}: all messages must have non-empty content except for the optional final assistant message",
      "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
      "unsendable-media": "messages.{n}: Could not process image",
      "image-type": "messages.{n}: Image does not match the provided media type",
      "image-bytes": "messages.{n}: image exceeds 5 MB maximum",
      "image-side": "messages.{n}: At least one of the image dimensions exceed max allowed size: 8000 pixels",
      "image-many":
        "messages.{n}: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels",
      "image-count": "Too much media: images > 100",
    },
  },
  {
    id: "openai-chat",
    wire: "openai-chat",
    certainty: "documented",
    major: true,
    checksShape: true,
    pairing: "adjacent",
    ids: { unique: "message" },
    objectInput: true,
    names: /^[a-zA-Z0-9_-]{1,128}$/,
    refusesLoneSurrogate: true,
    refusesUnreadableMedia: true,
    errors: chatErrors,
  },
  {
    id: "openai-responses",
    wire: "openai-responses",
    certainty: "documented",
    major: true,
    checksShape: true,
    pairing: "anywhere",
    ids: { max: 64 },
    names: NAME,
    reasoningNeedsFollower: true,
    refusesLoneSurrogate: true,
    refusesUnreadableMedia: true,
    errors: {
      "shape-null-content":
        "Invalid type for 'input[{n}].content': expected one of an array of objects or string, but got null instead.",
      "shape-content": "Invalid type for 'input[{n}].content': expected one of an array of objects or string",
      "shape-null-output":
        "Invalid type for 'input[{n}].output': expected one of an array of objects or string, but got null instead.",
      "shape-output": "Invalid type for 'input[{n}].output': expected one of an array of objects or string",
      "shape-input": "Invalid type for 'input[{n}].arguments': expected a string, but got an object instead.",
      "shape-custom-input":
        "Invalid type for 'input[{n}].input': expected a string, but got an object instead.",
      "duplicate-item":
        "Duplicate item found with id {id}. Remove duplicate items from your input and try again.",
      "invalid-thinking":
        "The encrypted content could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
      "dangling-thinking":
        "Item '{id}' of type 'reasoning' was provided without its required following item.",
      "missing-tool-result": "No tool output found for function call {id}.",
      "orphan-tool-result": "No tool call found for function call output with call_id {id}.",
      "misplaced-tool-result": "No tool call found for function call output with call_id {id}.",
      "duplicate-tool-result": "No tool call found for function call output with call_id {id}.",
      "invalid-tool-call-id":
        "Invalid 'input[{n}].call_id': string too long. Expected a string with maximum length 64",
      "invalid-tool-name": "Invalid 'input[{n}].name': string does not match pattern '^[a-zA-Z0-9_-]+$'.",
      "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
    },
  },
  {
    id: "gemini",
    wire: "openai-chat",
    certainty: "documented",
    foldsRoles: true,
    pairing: "adjacent",
    refusesPrefill: true,
    firstRole: "user",
    objectInput: true,
    names: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/,
    refusesEmptyMessage: true,
    errors: {
      "missing-tool-result":
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      "misplaced-tool-result":
        "Please ensure that function response turn comes immediately after a function call turn.",
      "orphan-tool-result":
        "Please ensure that function response turn comes immediately after a function call turn.",
      "leading-assistant":
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
      "assistant-prefill": "Please ensure that the history does not end with a model turn.",
      "duplicate-tool-result":
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      "invalid-tool-input":
        "Invalid value at 'contents[{n}].parts[0].function_call.args' (type.googleapis.com/google.protobuf.Struct)",
      "invalid-tool-name": "REQUIRED_FIELD_MISSING",
    },
  },
  {
    id: "bedrock",
    wire: "anthropic",
    certainty: "reported",
    pairing: "adjacent",
    foldsRoles: true,
    refusesContentAfterCall: true,
    refusesPrefill: true,
    prefillModels: BEFORE_CLAUDE_4_6,
    firstRole: "user",
    objectInput: true,
    ids: { pattern: /^[a-zA-Z0-9_-]+$/, max: 64, unique: "conversation" },
    names: /^[a-zA-Z0-9_-]{1,64}$/,
    refusesEmptyText: true,
    refusesBlankText: true,
    refusesEmptyMessage: true,
    refusesEmptyError: true,
    checksThinking: true,
    omitsThinking: SINCE_CLAUDE_4_6,
    refusesLoneSurrogate: true,
    errors: {
      "missing-tool-result": "Expected toolResult blocks at messages.{n}.content for the following Ids: {id}",
      "misplaced-tool-result":
        "Expected toolResult blocks at messages.{n}.content for the following Ids: {id}",
      "orphan-tool-result":
        "The number of toolResult blocks at messages.{n}.content exceeds the number of toolUse blocks of previous turn.",
      "duplicate-tool-result":
        "The number of toolResult blocks at messages.{n}.content exceeds the number of toolUse blocks of previous turn.",
      "blank-text": "The text field in the ContentBlock object at messages.{n}.content is blank.",
      "empty-error":
        "The content field at messages.{n}.content.0.toolResult cannot be empty when status value is error",
    },
  },
  {
    id: "mistral",
    wire: "openai-chat",
    certainty: "reported",
    onlyWhenNamed: true,
    pairing: "adjacent",
    alternates: true,
    refusesPrefill: true,
    ids: { pattern: /^[a-zA-Z0-9]{9}$/ },
    objectInput: true,
    refusesEmptyMessage: true,
    errors: {
      "missing-tool-result": "Not the same number of function calls and responses",
      "misplaced-tool-result": "Unexpected role 'user' after role 'tool'",
      "orphan-tool-result": "Unexpected role 'tool' after role 'user'",
      "invalid-tool-call-id": "Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9.",
      "assistant-prefill":
        "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
      "role-order": "Unexpected role 'user' after role 'tool'",
      "empty-message": "At least one content or tool_calls should be non-empty",
    },
  },
  {
    id: "deepseek",
    wire: "openai-chat",
    certainty: "reported",
    pairing: "adjacent",
    ids: { unique: "message" },
    objectInput: true,
    wantsReasoning: true,
    errors: {
      ...chatErrors,
      "missing-thinking": "Missing `reasoning_content` field in the assistant message at message index {n}",
      "missing-tool-result":
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)",
      "misplaced-tool-result":
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)",
    },
  },
  {
    id: "minimax",
    wire: "openai-chat",
    certainty: "reported",
    pairing: "adjacent",
    ids: { unique: "message" },
    objectInput: true,
    images: { count: 50 },
    errors: {
      "missing-tool-result": "invalid params, tool call and result not match (2013)",
      "misplaced-tool-result": "invalid params, tool call result does not follow tool call (2013)",
      "orphan-tool-result": "invalid params, tool call result does not follow tool call (2013)",
      "missing-tool-calls": "invalid params, tool call result does not follow tool call (2013)",
      "duplicate-tool-result": "invalid params, tool call and result not match (2013)",
      "invalid-tool-call-id": "invalid params, tool call id is invalid (2013)",
      "invalid-tool-input": "invalid params, invalid function arguments json string (2013)",
      "image-count": "request contains too many images, exceeding the maximum of 50 allowed per request",
    },
  },
  {
    id: "kimi",
    wire: "openai-chat",
    certainty: "reported",
    pairing: "adjacent",
    objectInput: true,
    wantsReasoning: true,
    refusesEmptyMessage: true,
    errors: {
      ...chatErrors,
      "orphan-tool-result": "tool_call_id {id} not found",
      "missing-thinking":
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index {n}",
    },
  },
  {
    id: "chat-template",
    wire: "openai-chat",
    certainty: "reported",
    onlyWhenNamed: true,
    pairing: "adjacent",
    alternates: true,
    firstRole: "user",
    objectInput: true,
    errors: {
      "role-order": mustAlternate,
      "leading-assistant": mustAlternate,
      "orphan-tool-result": mustAlternate,
    },
  },
];

/**
 * What every provider takes: the yardstick for rows that a host stores one by one and sends as they are.
 * Not a provider: it names the damage, the others say whom it hurts.
 */
export const AS_STORED: Provider = {
  id: "as-stored",
  wire: "anthropic",
  certainty: "documented",
  foldsRoles: true,
  pairing: "adjacent",
  resultsFirst: true,
  ids: { pattern: /^[a-zA-Z0-9_-]+$/, max: 64, unique: "conversation" },
  names: NAME,
  objectInput: true,
  refusesEmptyText: true,
  refusesBlankText: true,
  refusesEmptyMessage: true,
  refusesEmptyError: true,
  refusesLoneSurrogate: true,
  errors: {},
};

/** What every provider of the table takes: an image within these limits is nobody's problem. */
export const SAFE_IMAGES = {
  types: smallestTypes(),
  side: smallest(({ side, many }) => [side, many?.side]),
  bytes: smallest(({ bytes }) => [bytes]),
  count: smallest(({ count, many }) => [count, many?.over]),
};

function smallest(limits: (images: ImageLimits) => (number | undefined)[]): number {
  return Math.min(
    ...PROVIDERS.flatMap(({ images }) => (images ? limits(images) : [])).filter(
      (limit) => limit !== undefined,
    ),
  );
}

function smallestTypes(): readonly string[] {
  const lists = PROVIDERS.flatMap(({ images }) => (images?.types ? [images.types] : []));
  return lists[0]!.filter((type) => lists.every((list) => list.includes(type)));
}

export function providerById(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/** The provider's words for a rule, with the place and the id filled in. */
export function errorText(
  provider: Provider,
  rule: string,
  at: { n?: number; id?: string },
): string | undefined {
  return provider.errors[rule]?.replace("{n}", String(at.n ?? "N")).replace("{id}", at.id ?? "");
}

/** A signed thinking without text that some provider takes back from this model. */
export function mayOmitThinking(model: string): boolean {
  return PROVIDERS.some(({ omitsThinking }) => omitsThinking?.test(model));
}
