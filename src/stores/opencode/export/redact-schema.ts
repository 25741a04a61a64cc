import { ROW_KEY, SESSION_PATHS } from "./cells.js";
import {
  AGENT,
  below,
  COST,
  COUNT,
  DIFFS,
  ERROR,
  ERROR_TEXT,
  FOREIGN,
  ID,
  MODEL,
  MODEL_OF,
  oneOf,
  type Place,
  REASON,
  ROW,
  SOURCE,
  TEXT,
  TIME,
  TIMES,
  TOKENS,
  TOOL,
  TRACES,
  URL,
  VARIANT,
  VERSION,
} from "./redact-places.js";
import { redactJsonText, redactMime } from "./redact-words.js";

const PART_TYPES = oneOf(
  "text",
  "reasoning",
  "tool",
  "file",
  "step-start",
  "step-finish",
  "snapshot",
  "patch",
  "agent",
  "subtask",
  "retry",
  "compaction",
);
const OWN_IDS = { id: ID, sessionID: ID, messageID: ID };
const FILE = {
  ...OWN_IDS,
  type: PART_TYPES,
  mime: { text: redactMime },
  filename: TEXT,
  url: URL,
  source: SOURCE,
};
const STATE: Place = {
  fields: {
    status: oneOf("pending", "running", "completed", "error"),
    input: { text: redactJsonText },
    raw: TEXT,
    title: TEXT,
    output: TEXT,
    error: ERROR_TEXT,
    time: TIMES,
    metadata: { fields: { interrupted: FOREIGN, truncated: FOREIGN, output: TEXT, sessionId: ID } },
    attachments: { items: { fields: FILE } },
  },
};

export const PART: Place = {
  fields: {
    ...FILE,
    text: TEXT,
    synthetic: FOREIGN,
    ignored: FOREIGN,
    time: TIMES,
    metadata: TRACES,
    tool: TOOL,
    callID: { text: (text, names) => names.callId(text) },
    state: STATE,
    reason: REASON,
    cost: COST,
    tokens: TOKENS,
    snapshot: TEXT,
    hash: TEXT,
    files: { items: TEXT },
    name: AGENT,
    prompt: TEXT,
    description: TEXT,
    agent: AGENT,
    model: MODEL_OF,
    command: TEXT,
    attempt: below(1000),
    error: ERROR,
    auto: FOREIGN,
    overflow: FOREIGN,
    tail_start_id: ID,
    [ROW_KEY]: ROW,
  },
};

export const MESSAGE: Place = {
  fields: {
    ...OWN_IDS,
    role: oneOf("user", "assistant"),
    parentID: ID,
    time: TIMES,
    agent: AGENT,
    mode: AGENT,
    modelID: MODEL,
    providerID: MODEL,
    model: MODEL_OF,
    variant: VARIANT,
    path: { fields: { cwd: TEXT, root: TEXT } },
    cost: COST,
    tokens: TOKENS,
    error: ERROR,
    finish: REASON,
    summary: { fields: { title: TEXT, body: TEXT, diffs: DIFFS } },
    system: TEXT,
    tools: { keys: (key, names) => names.tool(key) },
    format: { fields: { type: oneOf("text", "json_schema"), schema: FOREIGN, retryCount: below(1000) } },
    structured: FOREIGN,
    [ROW_KEY]: ROW,
  },
};

/** How the columns of a session are redacted; an export keeps them at the paths of `SESSION_PATHS`. */
const COLUMNS: Readonly<Record<string, Place>> = {
  id: ID,
  project_id: ID,
  workspace_id: ID,
  parent_id: ID,
  version: VERSION,
  share_url: URL,
  summary_diffs: DIFFS,
  revert: { fields: { messageID: ID, partID: ID, snapshot: TEXT, diff: TEXT } },
  permission: {
    items: { fields: { permission: TOOL, pattern: TEXT, action: oneOf("allow", "deny", "ask") } },
  },
  agent: AGENT,
  model: MODEL_OF,
  cost: COST,
};

function placeOfColumn(column: string): Place {
  if (Object.hasOwn(COLUMNS, column)) return COLUMNS[column] ?? FOREIGN;
  if (column.startsWith("time_")) return TIME;
  return /^(?:tokens|summary)_/.test(column) ? COUNT : FOREIGN;
}

export const SESSION: Place = sessionPlace();

function sessionPlace(): Place {
  const root: Fields = {
    [ROW_KEY]: {
      fields: {
        ...Object.fromEntries(Object.keys(SESSION_PATHS).map((name) => [name, placeOfColumn(name)])),
        project_known: COUNT,
      },
    },
  };
  for (const [column, { path }] of Object.entries(SESSION_PATHS)) {
    let at = root;
    for (const key of path.slice(0, -1)) at = fieldsAt(at, key);
    at[path.at(-1) ?? column] = placeOfColumn(column);
  }
  return { fields: root };
}

type Fields = Record<string, Place>;

/** The fields below a key, made where there are none. */
function fieldsAt(fields: Fields, key: string): Fields {
  const inner: Fields = { ...fields[key]?.fields };
  fields[key] = { fields: inner };
  return inner;
}
