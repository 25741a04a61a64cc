import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Wire } from "../../../src/providers/providers.js";
import { refusalsOf } from "./refusals.js";

/** The answer of the model to everything. */
export const ANSWER = "E2E-ANSWER";
/** The host does not stop by itself where one prompt leads to this number of requests. */
const LOOP = 12;

/** `input` holds the items of Responses, `messages` those of the other wires. */
export type Body = { messages?: unknown[]; input?: unknown[]; system?: unknown; tools?: unknown[] };

/** The wish of the host: the next words of the conversation, or on its own a title or a summary. */
export type Kind = "turn" | "title" | "summary";

export interface Recorded {
  readonly wire: Wire;
  readonly kind: Kind;
  readonly body: Body;
  readonly refusals: readonly string[];
}

export interface FakeProvider {
  readonly port: number;
  readonly requests: readonly Recorded[];
  turns(): Recorded[];
  /** Settles once a prompt has made more requests than any prompt needs. */
  readonly looped: Promise<void>;
  isLooping(): boolean;
  close(): void;
}

/** A provider on loopback that records every request, refuses as the real ones do, and answers the rest. */
export async function startProvider(): Promise<FakeProvider> {
  const requests: Recorded[] = [];
  const turns = () => requests.filter(({ kind }) => kind === "turn");
  const isLooping = () => turns().length > LOOP;
  let tellLoop = () => {};
  const looped = new Promise<void>((resolve) => {
    tellLoop = resolve;
  });
  const server = createServer(async (request, response) => {
    const wire = wireOf(request.url ?? "");
    const raw = await textOf(request);
    const body = JSON.parse(raw) as Body;
    const refusals = refusalsOf(wire, raw);
    requests.push({ wire, kind: kindOf(body), body, refusals });
    if (isLooping()) tellLoop();
    if (isLooping() || refusals.length > 0) refuse(response, refusals[0] ?? "loop");
    else response.writeHead(200, { "content-type": "text/event-stream" }).end(STREAM[wire]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    turns,
    looped,
    isLooping,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function wireOf(url: string): Wire {
  if (url.endsWith("/messages")) return "anthropic";
  return url.endsWith("/responses") ? "openai-responses" : "openai-chat";
}

function kindOf(body: Body): Kind {
  if (/title generator/i.test(JSON.stringify(body.system ?? (body.messages ?? body.input)?.[0])))
    return "title";
  return body.tools?.length ? "turn" : "summary";
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function refuse(response: ServerResponse, message: string): void {
  response
    .writeHead(400, { "content-type": "application/json" })
    .end(JSON.stringify({ type: "error", error: { type: "invalid_request_error", message } }));
}

const usage = { input_tokens: 1, output_tokens: 1 };
const anthropicEvents = [
  {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [],
      stop_reason: null,
      usage,
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: ANSWER } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
  { type: "message_stop" },
];
const chunk = { id: "1", object: "chat.completion.chunk", created: 1, model: "m" };
const chatEvents = [
  { ...chunk, choices: [{ index: 0, delta: { role: "assistant", content: ANSWER }, finish_reason: null }] },
  {
    ...chunk,
    choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
];
const item = { type: "message", id: "msg_1" };
const responsesEvents = [
  { type: "response.created", response: { id: "resp_1", created_at: 1, model: "m" } },
  { type: "response.output_item.added", output_index: 0, item },
  { type: "response.output_text.delta", item_id: item.id, output_index: 0, delta: ANSWER },
  { type: "response.output_item.done", output_index: 0, item },
  { type: "response.completed", response: { incomplete_details: null, usage } },
];
const named = (events: readonly { type: string }[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const STREAM: Record<Wire, string> = {
  anthropic: named(anthropicEvents),
  "openai-responses": named(responsesEvents),
  "openai-chat": `${chatEvents.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`,
};
