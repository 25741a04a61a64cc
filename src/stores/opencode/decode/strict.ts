import * as T from "@sinclair/typebox";
import { isObject, wordOf } from "../../../model/text.js";
import { type Refusal, refusals } from "../../schema.js";
import { agentSource, count, fileSource } from "./sources.js";
import { apiError, isErrorName, refusalsOfError, STORED_ERRORS } from "./stored-errors.js";

/**
 * The V1 rows as opencode 1.18/1.19 decode them (`data` columns, without the ids that are columns there).
 * Optional means absent, never null; extra keys are ignored. Source: packages/schema/src/v1/session.ts.
 */
const time = count;
// Any object; a T.Record would look at each of its keys.
const record = T.Unsafe<Record<string, unknown>>(T.Object({}));
const tokens = T.Object({
  input: T.Number(),
  output: T.Number(),
  reasoning: T.Number(),
  cache: T.Object({ read: T.Number(), write: T.Number() }),
  total: T.Optional(T.Number()),
});
const messageId = T.String({ pattern: "^msg" });
const diff = T.Object({
  file: T.Optional(T.String()),
  patch: T.Optional(T.String()),
  additions: T.Number(),
  deletions: T.Number(),
  status: T.Optional(T.Union([T.Literal("added"), T.Literal("deleted"), T.Literal("modified")])),
});

/** True if the host reads this as what a turn, or a session, changed in a file. */
export function isDiff(value: unknown): boolean {
  return refusals(diff, value).length === 0;
}

export const userSchema = T.Object({
  role: T.Literal("user"),
  time: T.Object({ created: T.Number({ minimum: 0 }) }),
  agent: T.String(),
  model: T.Object({ providerID: T.String(), modelID: T.String(), variant: T.Optional(T.String()) }),
  summary: T.Optional(
    T.Object({
      title: T.Optional(T.String()),
      body: T.Optional(T.String()),
      diffs: T.Array(diff),
    }),
  ),
  system: T.Optional(T.String()),
  tools: T.Optional(T.Record(T.String(), T.Boolean())),
});
export const assistantSchema = T.Object({
  role: T.Literal("assistant"),
  time: T.Object({ created: time, completed: T.Optional(time) }),
  parentID: messageId,
  modelID: T.String(),
  providerID: T.String(),
  mode: T.String(),
  agent: T.String(),
  path: T.Object({ cwd: T.String(), root: T.String() }),
  cost: T.Number(),
  tokens,
  error: T.Optional(T.Union(Object.values(STORED_ERRORS))),
  summary: T.Optional(T.Boolean()),
  finish: T.Optional(T.String()),
  variant: T.Optional(T.String()),
});

const file = T.Object({
  type: T.Literal("file"),
  mime: T.String(),
  url: T.String(),
  filename: T.Optional(T.String()),
  source: T.Optional(fileSource),
});
const attachment = T.Composite([
  file,
  T.Object({
    id: T.String({ pattern: "^prt" }),
    sessionID: T.String({ pattern: "^ses" }),
    messageID: messageId,
  }),
]);
export const stateSchemas = {
  pending: T.Object({ status: T.Literal("pending"), input: record, raw: T.String() }),
  running: T.Object({
    status: T.Literal("running"),
    input: record,
    time: T.Object({ start: time }),
    title: T.Optional(T.String()),
    metadata: T.Optional(record),
  }),
  completed: T.Object({
    status: T.Literal("completed"),
    input: record,
    output: T.String(),
    title: T.String(),
    metadata: record,
    time: T.Object({ start: time, end: time, compacted: T.Optional(time) }),
    attachments: T.Optional(T.Array(attachment)),
  }),
  error: T.Object({
    status: T.Literal("error"),
    input: record,
    error: T.String(),
    time: T.Object({ start: time, end: time }),
    metadata: T.Optional(record),
  }),
};
const tool = <State extends T.TSchema>(state: State) =>
  T.Object({
    type: T.Literal("tool"),
    callID: T.String(),
    tool: T.String(),
    state,
    metadata: T.Optional(record),
  });
const span = T.Object({ start: time, end: T.Optional(time) });
export const partSchemas = {
  text: T.Object({
    type: T.Literal("text"),
    text: T.String(),
    synthetic: T.Optional(T.Boolean()),
    ignored: T.Optional(T.Boolean()),
    time: T.Optional(span),
    metadata: T.Optional(record),
  }),
  reasoning: T.Object({
    type: T.Literal("reasoning"),
    text: T.String(),
    time: span,
    metadata: T.Optional(record),
  }),
  "step-start": T.Object({ type: T.Literal("step-start"), snapshot: T.Optional(T.String()) }),
  "step-finish": T.Object({
    type: T.Literal("step-finish"),
    reason: T.String(),
    cost: T.Number(),
    tokens,
    snapshot: T.Optional(T.String()),
  }),
  snapshot: T.Object({ type: T.Literal("snapshot"), snapshot: T.String() }),
  patch: T.Object({ type: T.Literal("patch"), hash: T.String(), files: T.Array(T.String()) }),
  file,
  agent: T.Object({
    type: T.Literal("agent"),
    name: T.String(),
    source: T.Optional(agentSource),
  }),
  subtask: T.Object({
    type: T.Literal("subtask"),
    prompt: T.String(),
    description: T.String(),
    agent: T.String(),
    model: T.Optional(T.Object({ providerID: T.String(), modelID: T.String() })),
    command: T.Optional(T.String()),
  }),
  retry: T.Object({
    type: T.Literal("retry"),
    attempt: T.Number(),
    error: apiError,
    time: T.Object({ created: time }),
  }),
  compaction: T.Object({
    type: T.Literal("compaction"),
    auto: T.Boolean(),
    overflow: T.Optional(T.Boolean()),
    tail_start_id: T.Optional(messageId),
  }),
};
export type V1User = T.Static<typeof userSchema>;
export type V1Assistant = T.Static<typeof assistantSchema>;
export type V1Part = T.Static<(typeof partSchemas)[keyof typeof partSchemas]>;

const toolSchemas = Object.fromEntries(
  Object.entries(stateSchemas).map(([status, state]) => [status, tool(state)]),
) as Record<string, T.TSchema>;
const anyTool = tool(
  T.Object({ status: T.Union(Object.keys(stateSchemas).map((status) => T.Literal(status))) }),
);

/** The first place of each kind at which opencode's reader refuses a message's `data`; [] where it decodes. */
export function refusalsOfMessage(data: unknown): Refusal[] {
  if (!isObject(data)) return [{ path: "$", expected: "object" }];
  if (data.role === "user") return refusals(userSchema, data);
  if (data.role !== "assistant") return [{ path: "$.role", expected: "user or assistant" }];
  const error = data.error;
  const name = isObject(error) ? wordOf(error.name) : "";
  if (error === undefined || !isErrorName(name)) return refusals(assistantSchema, data);
  const { error: _, ...rest } = data;
  return [
    ...refusals(assistantSchema, rest),
    ...refusalsOfError(name, error).map((at) => ({
      ...at,
      path: at.path.replace("$", "$.error"),
    })),
  ];
}

/** The same for a part's `data`. An unknown type is one refusal at `$.type`. */
export function refusalsOfPart(data: unknown): Refusal[] {
  if (!isObject(data)) return [{ path: "$", expected: "object" }];
  const type = wordOf(data.type);
  if (type === "tool") {
    const status = isObject(data.state) ? wordOf(data.state.status) : "";
    return refusals((Object.hasOwn(toolSchemas, status) && toolSchemas[status]) || anyTool, data);
  }
  if (!Object.hasOwn(partSchemas, type)) return [{ path: "$.type", expected: "a known part type" }];
  return refusals(partSchemas[type as keyof typeof partSchemas], data);
}
