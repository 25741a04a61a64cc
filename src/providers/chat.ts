import { chatErrors } from "./openai.js";
import type { Provider } from "./provider.js";

/** Services with a Chat Completions API of their own. */

const mustAlternate =
  "After the optional system message, conversation roles must alternate user and assistant roles except for tool calls and results.";

export const mistral: Provider = {
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
};

const TOO_FEW_RESULTS =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)";
const onlyText = ["text"];

export const deepseek: Provider = {
  id: "deepseek",
  wire: "openai-chat",
  certainty: "reported",
  pairing: "adjacent",
  ids: { unique: "message" },
  objectInput: true,
  wantsReasoning: true,
  holds: { system: onlyText, user: onlyText, assistant: onlyText, tool: onlyText },
  over: {
    // Measured: calls that follow each other are one turn; a message between a call and its output parts them.
    "openai-responses": { pairing: "unbroken", ids: {}, holds: undefined },
    anthropic: { holds: undefined, wantsReasoning: false },
  },
  errors: {
    ...chatErrors,
    "missing-thinking": "Missing `reasoning_content` field in the assistant message at message index {n}",
    "missing-tool-result": TOO_FEW_RESULTS,
    "misplaced-tool-result": TOO_FEW_RESULTS,
    "unbroken-tool-result": "No tool output found for tool call {id}.",
    "misplaced-content":
      "Failed to deserialize the JSON body into the target type: messages[{n}]: unknown variant `image_url`, expected `text`",
  },
};

export const minimax: Provider = {
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
};

export const kimi: Provider = {
  id: "kimi",
  aliases: ["moonshot", "moonshotai"],
  wire: "openai-chat",
  certainty: "reported",
  pairing: "adjacent",
  ids: { unique: "conversation" },
  objectInput: true,
  wantsReasoning: true,
  refusesEmptyMessage: true,
  refusesEmptySystem: true,
  errors: {
    ...chatErrors,
    "orphan-tool-result": "tool_call_id {id} not found",
    "duplicate-tool-call-id": "Invalid request: tool call id {id} is duplicated",
    "empty-message": "Invalid request: the message at position {n} must not be empty",
    "empty-system": "Invalid request: the message at position {n} with role 'system' must not be empty",
    "missing-thinking":
      "thinking is enabled but reasoning_content is missing in assistant tool call message at index {n}",
  },
};

export const glm: Provider = {
  id: "glm",
  aliases: ["zai", "zhipuai"],
  wire: "openai-chat",
  certainty: "reported",
  onlyWhenNamed: true,
  pairing: "adjacent",
  needsMessages: true,
  needsPrompt: true,
  objectInput: true,
  errors: {
    ...chatErrors,
    "missing-prompt": "The messages parameter is illegal. Please check the documentation. (1214)",
  },
};

const noReasoning =
  "'messages.{n}' : for 'role:assistant' the following must be satisfied[('messages.{n}' : property 'reasoning_content' is unsupported)]";

export const groq: Provider = {
  id: "groq",
  wire: "openai-chat",
  certainty: "reported",
  onlyWhenNamed: true,
  pairing: "adjacent",
  ids: { unique: "message" },
  objectInput: true,
  refusesReasoning: true,
  errors: { ...chatErrors, "unsupported-reasoning": noReasoning },
};

export const cerebras: Provider = {
  ...groq,
  id: "cerebras",
  errors: {
    ...chatErrors,
    "unsupported-reasoning":
      "messages.{n}.assistant.reasoning_content: property 'messages.{n}.assistant.reasoning_content' is unsupported",
  },
};

/** Servers that copy the API and look at little: Ollama, Hugging Face, Together, Writer. Measured on recorded requests. */
export const openaiCompatible: Provider = {
  id: "openai-compatible",
  aliases: ["ollama", "lmstudio", "huggingface", "together"],
  wire: "openai-chat",
  certainty: "measured",
  onlyWhenNamed: true,
  pairing: "unchecked",
  errors: {},
};

export const chatTemplate: Provider = {
  id: "chat-template",
  aliases: ["vllm", "llama.cpp"],
  wire: "openai-chat",
  certainty: "reported",
  onlyWhenNamed: true,
  pairing: "adjacent",
  alternates: true,
  firstRole: "user",
  system: "first",
  needsMessages: true,
  needsPrompt: true,
  objectInput: true,
  errors: {
    "role-order": mustAlternate,
    "leading-assistant": mustAlternate,
    "orphan-tool-result": mustAlternate,
    "misplaced-system": "System message must be at the beginning.",
    "missing-prompt": "Chat template error: No user query found in messages.",
  },
};
