import type { Provider } from "./provider.js";

const NOT_AS_MANY =
  "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
const NOT_BEHIND_CALLS =
  "Please ensure that function response turn comes immediately after a function call turn.";

/** Hosts reach it over Chat Completions. Captured bodies may also have its own format, with `contents`. */
export const gemini: Provider = {
  id: "gemini",
  aliases: ["google", "google-vertex", "vertex"],
  wire: "openai-chat",
  certainty: "documented",
  foldsRoles: true,
  pairing: "adjacent",
  refusesPrefill: true,
  prefillModels: /gemini-(?:[12](?!\d)|3-|3\.[0-4](?!\d)|3\.5-(?!flash-lite)|pro-latest)/i,
  firstRole: "user",
  objectInput: true,
  names: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/,
  refusesEmptyMessage: true,
  over: {
    "openai-chat": { refusesEmptyText: true, needsMessages: true },
    gemini: {
      foldsRoles: false,
      refusesEmptyText: true,
      needsMessages: true,
      checksShape: true,
      wantsSignedCalls: /gemini-(?:[3-9]|[1-9]\d)/i,
    },
  },
  errors: {
    "missing-tool-result": NOT_AS_MANY,
    "duplicate-tool-result": NOT_AS_MANY,
    "misplaced-tool-result": NOT_BEHIND_CALLS,
    "orphan-tool-result": NOT_BEHIND_CALLS,
    "leading-assistant":
      "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
    "assistant-prefill":
      "Requests ending with a model turn are not supported unless the last part is a function response.",
    "invalid-tool-input":
      "Invalid value at 'contents[{n}].parts[0].function_call.args' (type.googleapis.com/google.protobuf.Struct)",
    "invalid-tool-name": "REQUIRED_FIELD_MISSING",
    "empty-text":
      "GenerateContentRequest.contents[{n}].parts[0].data: required oneof field 'data' must have one initialized field",
    "empty-message": "GenerateContentRequest.contents[{n}].parts: contents.parts must not be empty.",
    "unsigned-call":
      "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance.",
    "shape-role": "Please use a valid role: user, model.",
    "shape-response-name":
      "GenerateContentRequest.contents[{n}].parts[0].function_response.name: Name cannot be empty.",
    "shape-response":
      "Unknown name \"response\" at 'contents[{n}].parts[0].function_response': Proto field is not repeating, cannot start list.",
    "shape-part":
      "GenerateContentRequest.contents[{n}].parts[0].data: required oneof field 'data' must have one initialized field",
  },
};
