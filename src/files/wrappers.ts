import type { Json, JsonObject, RecordedAnswer } from "../model/conversation.js";
import { parseJson, valueAt } from "../model/json.js";
import { isObject } from "../model/text.js";
import type { JsonPath } from "./json-places.js";

/** A value inside a log or a recording. */
export interface Wrapped {
  /** The name of the format around it. */
  readonly wrapper: string;
  /** From the outer value to this one, or to the string that holds it as JSON. */
  readonly path: JsonPath;
  readonly value: Json;
  /** The string that holds the value as JSON; absent where the value stands in the outer one itself. */
  readonly text?: string;
  /** The answer that was recorded beside the request. */
  readonly answer?: RecordedAnswer;
}

/** A format that keeps requests beside other things. */
interface Wrapper {
  readonly name: string;
  /** Paths at which a request may stand, in a value of this format; empty for any other value. */
  pathsIn(value: JsonObject): readonly JsonPath[];
}

/** Where a recorded request keeps its body, the surest first. */
const BODIES: readonly JsonPath[] = [
  ["body", "string"],
  ["body", "json"],
  ["body"],
  ["postData", "text"],
  ["json"],
  ["payload"],
];

/** Where a recorded answer keeps its status and its body. */
const STATUSES: readonly JsonPath[] = [
  ["status"],
  ["status", "code"],
  ["statusCode"],
  ["status_code"],
  ["code"],
];
const ANSWERS: readonly JsonPath[] = [
  ["body", "string"],
  ["content", "text"],
  ["body"],
  ["json"],
  ["text"],
  ["error"],
];

const WRAPPERS: readonly Wrapper[] = [
  { name: "curl command", pathsIn: (value) => present(value, ["curl"]) },
  { name: "recording", pathsIn: (value) => requestIn(value, []) },
  { name: "VCR cassette", pathsIn: (value) => requestsOf(value, ["interactions"], ["http_interactions"]) },
  { name: "HAR", pathsIn: (value) => requestsOf(value, ["log", "entries"]) },
  {
    name: "batch",
    pathsIn: (value) => (typeof value.custom_id === "string" ? present(value, ["body"], ["params"]) : []),
  },
  {
    name: "Langfuse export",
    pathsIn: (value) =>
      elements(value, ["observations"]).flatMap(([path, one]) => inside(path, present(one, ["input"]))),
  },
  {
    name: "LiteLLM log",
    pathsIn: (value) => present(value, ["proxy_server_request", "body"], ["proxy_server_request"]),
  },
  { name: "OpenTelemetry trace", pathsIn: tracedIn },
];

/** Attributes of a span under which programs record the messages, or the body, of a request. */
const TRACED = ["gen_ai.input.messages", "ai.prompt.messages", "input.value"];

/** The messages that a span, an exported trace of spans, or a flat row of attributes holds. */
function tracedIn(value: JsonObject): JsonPath[] {
  const spans = elements(value, ["resourceSpans"]).flatMap(([at, resource]) =>
    elements(resource, ["scopeSpans"]).flatMap(([inScope, scope]) =>
      elements(scope, ["spans"]).map(([own, span]) => [[...at, ...inScope, ...own], span] as const),
    ),
  );
  return [[[], value] as const, ...spans].flatMap(([at, span]) => {
    const events = elements(span, ["events"]).map(([own, event]) => [[...at, ...own], event] as const);
    return [[at, span] as const, ...events].flatMap(([place, one]) => inside(place, attributesOf(one)));
  });
}

/** Attributes stand in an object, in a list of keys with values, or as columns of their own. */
function attributesOf(span: JsonObject): JsonPath[] {
  const listed = elements(span, ["attributes"]).flatMap(([path, { key }]) =>
    TRACED.includes(String(key)) ? [[...path, "value", "stringValue"]] : [],
  );
  return [
    ...listed,
    ...present(span, ...TRACED.map((key) => ["attributes", key]), ...TRACED.map((key) => [key])),
  ];
}

/** The values inside a log; empty where the value is no log of a known format. */
export function unwrap(value: Json): Wrapped[] {
  if (!isObject(value)) return [];
  for (const { name, pathsIn } of WRAPPERS) {
    const found = pathsIn(value).flatMap((path) => wrappedAt(value, path, name) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

function wrappedAt(outer: JsonObject, path: JsonPath, wrapper: string): Wrapped | null {
  const value = valueAt(outer, path);
  if (value === undefined) return null;
  const answer = answerBeside(outer, path);
  const wrapped = { wrapper, path, ...(answer && { answer }) };
  if (typeof value !== "string") return { ...wrapped, value };
  const inner = parseJson(value);
  return inner === undefined ? null : { ...wrapped, value: inner, text: value };
}

/** The answer of the object that holds the `request` of this path; undefined where it has none with a status. */
function answerBeside(outer: JsonObject, path: JsonPath): RecordedAnswer | undefined {
  const at = path.lastIndexOf("request");
  const response = at < 0 ? undefined : valueAt(outer, [...path.slice(0, at), "response"]);
  if (response === undefined) return undefined;
  const [status] = STATUSES.flatMap((one) => valueAt(response, one) ?? []).filter(isNumber);
  if (status === undefined) return undefined;
  const [body = ""] = ANSWERS.flatMap((one) => valueAt(response, one) ?? []);
  return { status, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function isNumber(value: Json): value is number {
  return typeof value === "number";
}

/** The body of the request that an object keeps under `request`. */
function requestIn(value: JsonObject, at: JsonPath): JsonPath[] {
  const { request } = value;
  return isObject(request) ? inside([...at, "request"], present(request, ...BODIES)) : [];
}

/** The bodies of the requests in the first of these lists. */
function requestsOf(value: JsonObject, ...lists: JsonPath[]): JsonPath[] {
  return lists.flatMap((list) => elements(value, list).flatMap(([path, one]) => requestIn(one, path)));
}

function elements(value: JsonObject, list: JsonPath): [JsonPath, JsonObject][] {
  const found = valueAt(value, list);
  if (!Array.isArray(found)) return [];
  return found.flatMap((one, index): [JsonPath, JsonObject][] =>
    isObject(one) ? [[[...list, index], one]] : [],
  );
}

/** The first of the paths at which an object, a list or a text stands; as a list with one element, or none. */
function present(value: JsonObject, ...paths: JsonPath[]): JsonPath[] {
  const path = paths.find((one) => {
    const found = valueAt(value, one);
    return typeof found === "string" || (typeof found === "object" && found !== null);
  });
  return path ? [path] : [];
}

function inside(path: JsonPath, paths: readonly JsonPath[]): JsonPath[] {
  return paths.map((own) => [...path, ...own]);
}
