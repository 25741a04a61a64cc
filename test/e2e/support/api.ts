import type { Wire } from "../../../src/providers/providers.js";
import { type Home, modelOf } from "./host.js";
import { ANSWER, type FakeProvider, startProvider } from "./provider.js";

/** The outcomes that a user of the real program meets. */
export interface Seen {
  /** `GET /session`; "hidden": answered, but without the session. */
  list: number | "hidden";
  /** `GET /session/:id/message` */
  open: number;
  /** A tool or a reply is shown as still at work. */
  busy: boolean;
  /** "answered", "refused RULE" by the provider, "loop", "swallowed", "crash", or the server's own status. */
  prompt: string;
}

export const WELL: Seen = { list: 200, open: 200, busy: false, prompt: "answered" };

const PATIENCE = 45_000;

/** Starts the real server on the database at home, opens the list and the session, and prompts it once. */
export async function visit(home: Home, version: string, wire: Wire, session: string): Promise<Seen> {
  const provider = await startProvider();
  try {
    const url = await home.serve(version, provider.port);
    const list = await fetch(`${url}/session`);
    const listed = list.ok ? ((await list.json()) as { id: string }[]) : null;
    const opened = await fetch(`${url}/session/${session}/message`);
    const messages = opened.ok ? ((await opened.json()) as Shown[]) : [];
    return {
      list: listed && !listed.some(({ id }) => id === session) ? "hidden" : list.status,
      open: opened.status,
      busy: messages.some(isBusy),
      prompt: await prompted(`${url}/session/${session}/message`, wire, provider),
    };
  } finally {
    provider.close();
    home.stop();
  }
}

interface Shown {
  readonly info: { role: string; time: { completed?: number } };
  readonly parts: { type: string; text?: string; state?: { status: string } }[];
}

function isBusy({ info, parts }: Shown): boolean {
  if (info.role === "assistant" && info.time.completed === undefined) return true;
  return parts.some(({ state }) => state?.status === "pending" || state?.status === "running");
}

/** Prompts the session once: the last field of `Seen`. */
export async function prompted(url: string, wire: Wire, provider: FakeProvider): Promise<string> {
  const request = fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: modelOf(wire), parts: [{ type: "text", text: "continue" }] }),
    signal: AbortSignal.timeout(PATIENCE),
  }).then(async (response) => ({ status: response.status, text: await response.text() }));
  const answer = await Promise.race([request, provider.looped.then(() => null)]);
  if (answer === null) {
    request.catch(() => "the server is ended while it loops");
    return "loop";
  }
  if (answer.status !== 200) return String(answer.status);
  const refusals = provider.turns().flatMap((turn) => turn.refusals);
  if (refusals.length > 0) return `refused ${refusals[0]}`;
  const asked = provider.requests.find(({ kind }) => kind !== "title");
  if (asked?.kind === "summary" && provider.turns().length === 0) return "swallowed";
  if (asked) return answer.text.includes(ANSWER) ? "answered" : "crash";
  return /"error"/.test(answer.text) ? "crash" : "swallowed";
}
