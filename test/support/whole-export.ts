import type { Json, JsonObject } from "../../src/model/conversation.js";
import { SESSION_PATHS } from "../../src/stores/opencode/export/cells.js";
import type { Export } from "../../src/stores/opencode/export/read.js";

/** Every field that opencode's schema has, with a value that its reader takes. */
const TIME = { created: 1, updated: 2, completed: 3, start: 4, end: 5, compacted: 6 };
const TOKENS = { input: 1, output: 2, reasoning: 3, total: 6, cache: { read: 4, write: 5 } };
const OWN = {
  id: "prt_1",
  sessionID: "ses_1",
  messageID: "msg_1",
  $row: { data: "{", blob: "AAAA", session_id: "ses_2", time_created: 1, time_updated: 2, project_known: 0 },
};
const SPAN = { value: "v", start: 0, end: 1 };
const FILE = {
  ...OWN,
  type: "file",
  mime: "image/png",
  filename: "f",
  url: "data:text/plain;name=n;base64,QUFB",
  source: {
    type: "symbol",
    path: "p",
    text: SPAN,
    name: "n",
    uri: "u",
    clientName: "c",
    kind: 5,
    range: { start: { line: 1 } },
  },
};
const METADATA = {
  providerExecuted: true,
  anthropic: { signature: "s", redactedData: "r", other: "o" },
  openai: { itemId: "rs_1", reasoningEncryptedContent: "c", other: "o" },
  google: { thoughtSignature: "t" },
  other: { key: "v" },
};
const API_ERROR = {
  name: "APIError",
  data: {
    message: "tool_call_id x not found",
    isRetryable: false,
    statusCode: 400,
    responseHeaders: { "x-request-id": "r" },
    responseBody: "b",
    metadata: { url: "u" },
    cause: "c",
    requestBodyValues: { model: "m", messages: [{ role: "user", content: "x" }] },
    providerID: "anthropic",
    retries: 1,
  },
};
export const STATE = {
  status: "completed",
  input: { command: "ls", nested: { list: ["a", 1, true, null] } },
  raw: "r",
  title: "t",
  output: "o",
  error: "Tool execution aborted",
  time: TIME,
  metadata: { interrupted: true, truncated: false, output: "o", sessionId: "ses_3", diff: "d", exit: 0 },
  attachments: [FILE],
};
const DIFFS = [
  {
    file: "f",
    path: "p",
    patch: "p",
    diff: "d",
    before: "b",
    after: "a",
    additions: 1,
    deletions: 2,
    status: "added",
  },
];
const MODEL = { id: "claude-opus-4-5", modelID: "claude-opus-4-5", providerID: "anthropic", variant: "high" };
export const PARTS: JsonObject[] = [
  { ...OWN, type: "text", text: "t", synthetic: true, ignored: false, time: TIME, metadata: METADATA },
  { ...OWN, type: "reasoning", text: "t", time: TIME, metadata: METADATA },
  { ...OWN, type: "tool", tool: "bash", callID: "call_1", state: STATE, metadata: METADATA },
  {
    ...OWN,
    type: "tool",
    tool: "bash",
    callID: "call_2",
    state: { status: "pending", input: '{"a":1}', raw: "" },
  },
  { ...OWN, type: "step-start", snapshot: "s" },
  { ...OWN, type: "step-finish", reason: "stop", cost: 0.1, tokens: TOKENS, snapshot: "s" },
  { ...OWN, type: "snapshot", snapshot: "s" },
  { ...OWN, type: "patch", hash: "h", files: ["f"] },
  FILE,
  { ...OWN, type: "agent", name: "build", source: SPAN },
  { ...OWN, type: "subtask", prompt: "p", description: "d", agent: "general", model: MODEL, command: "c" },
  { ...OWN, type: "retry", attempt: 1, error: API_ERROR, time: TIME },
  { ...OWN, type: "compaction", auto: true, overflow: false, tail_start_id: "msg_2" },
  { ...OWN, type: "custom", callProviderMetadata: { a: "b" }, providerMetadata: { a: { id: "b" } } },
];
const USER = {
  id: "msg_1",
  sessionID: "ses_1",
  role: "user",
  time: TIME,
  agent: "build",
  model: MODEL,
  summary: { title: "t", body: "b", diffs: DIFFS },
  system: "s",
  tools: { bash: true },
  format: { type: "json_schema", schema: { type: "object", properties: { a: {} } }, retryCount: 1 },
  variant: "high",
  $row: OWN.$row,
};
export const ASSISTANT = {
  ...USER,
  role: "assistant",
  parentID: "msg_0",
  modelID: "m",
  providerID: "p",
  mode: "build",
  path: { cwd: "/c", root: "/r" },
  cost: 0.5,
  tokens: TOKENS,
  error: API_ERROR,
  summary: true,
  finish: "stop",
  structured: { a: "b" },
};
export const INFO = {
  id: "ses_1",
  projectID: "global",
  workspaceID: "wrk_1",
  parentID: "ses_0",
  slug: "s",
  directory: "/d",
  path: "p",
  title: "t",
  version: "1.18.34",
  share: { url: "https://u", secret: "s" },
  summary: { additions: 1, deletions: 2, files: 3, diffs: DIFFS },
  metadata: { a: { b: "c" } },
  cost: 1,
  tokens: TOKENS,
  revert: { messageID: "msg_1", partID: "prt_1", snapshot: "s", diff: "d" },
  permission: [{ permission: "bash", pattern: "*", action: "allow" }],
  agent: "build",
  model: MODEL,
  time: { created: 1, updated: 2, compacting: 3, archived: 4 },
  $row: Object.fromEntries(Object.keys(SESSION_PATHS).map((column) => [column, "x"])),
};
const WHOLE: Export = {
  info: INFO,
  messages: [
    { info: USER, parts: PARTS },
    { info: ASSISTANT, parts: PARTS },
  ],
};
/** The same as JSON, and back. */
export const WHOLE_JSON: Json = { ...WHOLE, messages: [...WHOLE.messages] };
export const asExport = (value: Json): Export => {
  const { info, messages } = value as JsonObject;
  return { info: info as JsonObject, messages: messages as Json[] };
};
