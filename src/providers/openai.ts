import { NAME } from "./anthropic.js";
import type { Provider } from "./provider.js";

const CALL_WITHOUT_RESULT =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {id}";
const RESULT_WITHOUT_CALL =
  "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
const NULL_CONTENT = "Invalid value for 'content': expected a string, got null.";

/** Error texts that most copies of Chat Completions use too. */
export const chatErrors = {
  "missing-tool-result": CALL_WITHOUT_RESULT,
  "misplaced-tool-result": CALL_WITHOUT_RESULT,
  "orphan-tool-result": RESULT_WITHOUT_CALL,
  "missing-tool-calls": RESULT_WITHOUT_CALL,
  "duplicate-tool-result": "Duplicate value for 'tool_call_id' of '{id}'",
  "duplicate-tool-call-id": "Duplicate value for 'tool_call_id' of '{id}'",
  "invalid-tool-call-id":
    "Invalid 'messages[{n}].tool_calls[0].id': string too long (string_above_max_length)",
  "invalid-tool-name":
    "Invalid 'messages[{n}].tool_calls[].function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.",
  "invalid-tool-input": "Invalid 'messages[{n}].tool_calls[].function.arguments': not a valid JSON object",
  "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
  "empty-message": NULL_CONTENT,
  "missing-prompt":
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  "misplaced-content":
    "Invalid 'messages[{n}]'. Image URLs are only allowed for messages with role 'user', but this message contains an image URL.",
  "unknown-block":
    "Invalid value for 'messages[{n}].content[0].type'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.",
  "unsendable-media":
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
  "shape-null-content": NULL_CONTENT,
  "shape-content": "Invalid type for 'messages[{n}].content': expected one of a string or array of objects.",
  "shape-null-tool_calls":
    "Invalid type for 'messages[{n}].tool_calls': expected an array of objects, but got null instead.",
  "shape-tool_calls":
    "Invalid 'messages[{n}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  "shape-input":
    "Invalid type for 'messages[{n}].tool_calls[].function.arguments': expected a string, but got an object instead.",
  "shape-call-type": "Missing required parameter: 'messages[{n}].tool_calls[0].type'.",
  "shape-message": "Invalid type for 'messages[{n}]': expected an object, but got another value instead.",
  "shape-part": "Missing required parameter: 'messages[{n}].content[0].type'.",
  "shape-sdk": "The messages do not match the ModelMessage[] schema.",
};

export const openaiChat: Provider = {
  id: "openai-chat",
  aliases: ["github-copilot", "copilot", "openrouter", "opencode-zen"],
  wire: "openai-chat",
  certainty: "documented",
  major: true,
  checksShape: true,
  pairing: "adjacent",
  needsMessages: true,
  ids: { unique: "message" },
  objectInput: true,
  names: NAME,
  holds: {
    system: ["text"],
    user: ["text", "image_url", "input_audio", "file"],
    assistant: ["text", "refusal"],
    tool: ["text"],
  },
  refusesLoneSurrogate: true,
  refusesUnreadableMedia: true,
  errors: chatErrors,
};

const OUTPUT_WITHOUT_CALL = "No tool call found for function call output with call_id {id}.";

export const openaiResponses: Provider = {
  id: "openai-responses",
  aliases: ["openai", "azure"],
  wire: "openai-responses",
  certainty: "documented",
  major: true,
  checksShape: true,
  pairing: "anywhere",
  ids: { max: 64 },
  names: NAME,
  holds: {
    system: ["input_text", "input_image", "input_file"],
    user: ["input_text", "input_image", "input_file", "input_audio"],
    assistant: ["output_text", "refusal"],
    tool: ["input_text", "input_image", "input_file"],
  },
  reasoningNeedsFollower: true,
  itemIds: {
    prefixes: { message: "msg", reasoning: "rs", function_call: "fc", custom_tool_call: "ctc" },
    max: 64,
  },
  refusesLoneSurrogate: true,
  refusesUnreadableMedia: true,
  refusedFiles: /^(audio|video)\//i,
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
    "shape-tool_calls": "Unknown parameter: 'input[{n}].tool_calls'.",
    "shape-role":
      "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
    "shape-text":
      "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'.",
    "shape-summary": "Missing required parameter: 'input[{n}].summary'.",
    "shape-message": "Invalid type for 'input[{n}]': expected an object, but got another value instead.",
    "shape-part": "Missing required parameter: 'input[{n}].content[0].type'.",
    "shape-sdk": "The messages do not match the ModelMessage[] schema.",
    "dangling-thinking": "Item '{id}' of type 'reasoning' was provided without its required following item.",
    "invalid-thinking":
      "The encrypted content could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
    "item-duplicate":
      "Duplicate item found with id {id}. Remove duplicate items from your input and try again.",
    "item-prefix": "Invalid 'input[{n}].id': '{id}'. Expected an ID that begins with another prefix.",
    "item-empty":
      "Invalid 'input[{n}].id': ''. Expected an ID that contains letters, numbers, underscores, or dashes",
    "item-too-long":
      "Invalid 'input[{n}].id': string too long. Expected a string with maximum length 64, but got a longer string instead.",
    "item-not-stored":
      "Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.",
    "misplaced-content": "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
    "unknown-block":
      "Invalid value for 'input[{n}].type'. Supported values are: 'input_text', 'output_text'.",
    "missing-tool-result": "No tool output found for function call {id}.",
    "orphan-tool-result": OUTPUT_WITHOUT_CALL,
    "misplaced-tool-result": OUTPUT_WITHOUT_CALL,
    "duplicate-tool-result": OUTPUT_WITHOUT_CALL,
    "invalid-tool-call-id":
      "Invalid 'input[{n}].call_id': string too long. Expected a string with maximum length 64",
    "invalid-tool-name": "Invalid 'input[{n}].name': string does not match pattern '^[a-zA-Z0-9_-]+$'.",
    "lone-surrogate": "The request body is not valid JSON: no low surrogate in string",
    "unsendable-media":
      "invalid image data at input[{n}]: the payload could not be decoded (it may be corrupt or truncated).",
    "file-type":
      "Invalid file data: 'input[{n}].content[0].file_data'. Expected a base64-encoded data URL with a supported MIME type, but got unsupported MIME type.",
  },
};
