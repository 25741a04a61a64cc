import type { Names } from "./redact-names.js";
import {
  placeholder,
  redactBytes,
  redactError,
  redactRow,
  redactUrl,
  redactVersion,
} from "./redact-words.js";

/**
 * The values that a place of an export allows, and how each is redacted. A key, an element or a kind of value that the
 * place does not name may hold words of the user and gets a placeholder.
 */
export interface Place {
  readonly text?: (text: string, names: Names) => string;
  /** True for a number that is told. */
  readonly number?: (number: number) => boolean;
  readonly fields?: Readonly<Record<string, Place>>;
  readonly items?: Place;
  /** Of an object whose keys are names. */
  readonly keys?: (key: string, names: Names) => string;
}

export const oneOf = (...words: readonly string[]): Place => {
  const known = new Set(words);
  return { text: (text) => (known.has(text) ? text : placeholder(text)) };
};
export const below = (limit: number): Place => ({ number: (number) => Math.abs(number) < limit });

/** All that is in it is somebody's own. */
export const FOREIGN: Place = {};
export const TEXT: Place = {};
export const ID: Place = { text: (text, names) => names.id(text) };
export const TIME = below(1e14);
export const COUNT = below(1e10);
export const COST = below(1e5);
export const TOOL: Place = { text: (text, names) => names.tool(text) };
export const MODEL: Place = { text: (text, names) => names.model(text) };
export const AGENT: Place = { text: (text, names) => names.agent(text) };
export const VERSION: Place = { text: redactVersion };
export const URL: Place = { text: redactUrl };
export const ERROR_TEXT: Place = { text: redactError };
export const VARIANT = oneOf(
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
  "default",
  "thinking",
);
export const REASON = oneOf(
  "stop",
  "length",
  "tool-calls",
  "tool_calls",
  "content-filter",
  "content_filter",
  "error",
  "other",
  "unknown",
  "end_turn",
  "max_tokens",
  "tool_use",
  "pause_turn",
  "refusal",
  "function_call",
);

export const MODEL_OF: Place = { fields: { id: MODEL, modelID: MODEL, providerID: MODEL, variant: VARIANT } };
export const TOKENS: Place = {
  fields: {
    input: COUNT,
    output: COUNT,
    reasoning: COUNT,
    total: COUNT,
    cache: { fields: { read: COUNT, write: COUNT } },
  },
};
export const TIMES: Place = {
  fields: Object.fromEntries(
    ["created", "updated", "completed", "start", "end", "compacted", "compacting", "archived"].map((name) => [
      name,
      TIME,
    ]),
  ),
};
export const DIFFS: Place = {
  items: {
    fields: {
      file: TEXT,
      path: TEXT,
      patch: TEXT,
      diff: TEXT,
      before: TEXT,
      after: TEXT,
      additions: COUNT,
      deletions: COUNT,
      status: oneOf("added", "deleted", "modified"),
    },
  },
};
export const ROW: Place = {
  fields: {
    data: { text: redactRow },
    blob: { text: (text) => redactBytes(text, false) },
    project_known: COUNT,
    session_id: ID,
    time_created: TIME,
    time_updated: TIME,
  },
};

export const ERROR: Place = {
  fields: {
    name: oneOf(
      "ProviderAuthError",
      "UnknownError",
      "MessageOutputLengthError",
      "MessageAbortedError",
      "StructuredOutputError",
      "ContextOverflowError",
      "ContentFilterError",
      "APIError",
      "AI_APICallError",
      "AbortError",
    ),
    message: ERROR_TEXT,
    data: {
      fields: {
        message: ERROR_TEXT,
        providerID: MODEL,
        statusCode: below(1000),
        isRetryable: FOREIGN,
        retries: below(1000),
        responseBody: TEXT,
        responseHeaders: FOREIGN,
        metadata: FOREIGN,
      },
    },
  },
};

/** Metadata that a provider wants back with a part. */
export const TRACES: Place = {
  fields: {
    providerExecuted: FOREIGN,
    anthropic: { fields: { signature: TEXT, redactedData: TEXT } },
    openai: {
      fields: { itemId: { text: (text, names) => names.itemId(text) }, reasoningEncryptedContent: TEXT },
    },
    ...Object.fromEntries(
      ["azure", "bedrock", "copilot", "deepseek", "google", "mistral", "openrouter", "vertex", "xai"].map(
        (name) => [name, FOREIGN],
      ),
    ),
  },
};

export const SOURCE: Place = {
  fields: {
    type: oneOf("file", "symbol", "resource"),
    path: TEXT,
    name: TEXT,
    uri: TEXT,
    clientName: TEXT,
    kind: below(100),
    value: TEXT,
    start: COUNT,
    end: COUNT,
    text: { fields: { value: TEXT, start: COUNT, end: COUNT } },
  },
};
