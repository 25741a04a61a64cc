/** A plugin for opencode: mends what is about to be sent, in memory. Nothing is written. */

import { asString, isObject } from "./model/text.js";
import { isFitToSend, mendBeforeSending } from "./repair/before-sending.js";
import { conversationsIn, type JsonConversation } from "./scan/json-conversations.js";

/** A message as opencode hands it to its plugins. */
export interface PluginMessage {
  info: object;
  parts: object[];
}

/** The part of opencode's plugin input that is used; every call may be missing in some version. */
export interface PluginInput {
  readonly client?: object;
}

export interface PluginHooks {
  "experimental.chat.messages.transform": (
    input: object,
    output: { messages: PluginMessage[] },
  ) => Promise<void>;
}

/** `1`: off; or a list of session ids, with commas, for which it is off. */
const OFF = "SESSION_DOCTOR_OFF";

/** Puts mended messages in the place of those that opencode is about to send. Never throws. */
export async function SessionDoctor(input: PluginInput): Promise<PluginHooks> {
  const host = new HostLink(input?.client);
  const told = new Set<string>();
  /** By session: the history that was found fit to be sent. */
  const fit = new Map<string, string>();
  return {
    async "experimental.chat.messages.transform"(_, output) {
      try {
        const { messages } = output;
        const session = sessionOf(messages);
        if (session === undefined || isOff(session)) return;
        const sending = { session, hostVersion: await host.version(), now: Date.now() };
        // The host asks again before each step of a turn: the history before the prompt is judged once.
        const prompt = messages.findLastIndex(({ info }) => isObject(info) && info.role === "user");
        const history = messages.slice(0, Math.max(prompt, 0));
        const known = `${history.length} ${idOf(history.at(-1))}`;
        const isKnown = fit.get(session) === known;
        if (isKnown || isFit(history, sending)) {
          fit.set(session, known);
          if (isFit(messages.slice(history.length), sending)) return;
        }
        const mended = mend(messages, sending);
        if (!mended) return;
        messages.splice(0, messages.length, ...mended.messages);
        if (told.has(session)) return;
        told.add(session);
        host.tell(mended.rules, session);
      } catch (error) {
        host.log(`the history was sent as it is: ${String(error)}`);
      }
    },
  };
}

export default SessionDoctor;

function isOff(session: string): boolean {
  const value = process.env[OFF] ?? "";
  return value === "1" || value.split(",").includes(session);
}

function idOf(message: PluginMessage | undefined): string | undefined {
  return isObject(message?.info) ? asString(message.info.id) : undefined;
}

function sessionOf(messages: readonly PluginMessage[]): string | undefined {
  const info: unknown = messages.at(-1)?.info;
  return isObject(info) ? asString(info.sessionID) : undefined;
}

/** A history on its way to the provider. */
interface Sending {
  readonly session: string;
  readonly hostVersion: string | null;
  /** ms since 1970. */
  readonly now: number;
}

interface Mended {
  readonly messages: readonly PluginMessage[];
  readonly rules: readonly string[];
}

/** Null where nothing is to be mended. */
function mend(messages: readonly PluginMessage[], sending: Sending): Mended | null {
  const one = conversationOf(messages, sending);
  const outcome = one && mendBeforeSending(one, sending);
  const mended = isObject(outcome?.value) ? outcome.value.messages : undefined;
  if (!outcome || !areMessages(mended)) return null;
  return { messages: mended, rules: [...new Set(outcome.mended.map(({ rule }) => rule))] };
}

function isFit(messages: readonly PluginMessage[], sending: Sending): boolean {
  const one = messages.length > 0 && conversationOf(messages, sending);
  return !one || isFitToSend(one, sending);
}

/** The messages as an export of their session holds them. */
function conversationOf(
  messages: readonly PluginMessage[],
  { session, hostVersion, now }: Sending,
): JsonConversation | undefined {
  const time = { created: 0, updated: now };
  const info = { id: session, directory: "/", title: "", version: hostVersion, time };
  const body: unknown = { info, messages };
  return isObject(body) ? conversationsIn(body, 0)[0] : undefined;
}

function areMessages(value: unknown): value is PluginMessage[] {
  return (
    Array.isArray(value) &&
    value.every((message) => isObject(message) && isObject(message.info) && Array.isArray(message.parts))
  );
}

/** The calls to the running opencode. A call that this version lacks, or that fails, does nothing. */
class HostLink {
  readonly #client: object | undefined;
  #version: Promise<string | null> | undefined;

  constructor(client: object | undefined) {
    this.#client = client;
  }

  /** The version that runs; null where it does not tell. */
  version(): Promise<string | null> {
    this.#version ??= this.#call(["_client", "get"], { url: "/global/health" }).then((answer) => {
      const health = isObject(answer) ? answer.data : undefined;
      return (isObject(health) && asString(health.version)) || null;
    });
    return this.#version;
  }

  /** Says once what was mended, and how the stored conversation is mended. */
  tell(rules: readonly string[], session: string): void {
    const message = `This conversation is damaged (${rules.join(", ")}); its history was mended for this prompt only. To mend it for good: doctor heal`;
    void this.#call(["tui", "showToast"], { body: { title: "session-doctor", message, variant: "warning" } });
    this.log(`${session}: ${message}`);
  }

  log(message: string): void {
    void this.#call(["app", "log"], { body: { service: "session-doctor", level: "warn", message } });
  }

  /** `path`: of the method, from the client on. */
  async #call(path: readonly string[], argument: object): Promise<unknown> {
    try {
      let owner: unknown;
      let target: unknown = this.#client;
      for (const key of path) {
        owner = target;
        target = (target as Record<string, unknown> | undefined)?.[key];
      }
      return typeof target === "function" ? await target.call(owner, argument) : undefined;
    } catch {
      return undefined;
    }
  }
}
