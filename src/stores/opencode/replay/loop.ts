import type { Message } from "../../../model/conversation.js";
import { present } from "../../../model/present.js";
import type { Stop } from "../../host.js";
import { CLOCK_SLACK } from "../walk.js";
import { unsliced } from "./compaction.js";
import { idAt, idOf, NEXT_PROMPT, newest, orderOf } from "./order.js";
import { firstTask, unansweredSubtasks } from "./tasks.js";
import type { Features } from "./versions.js";

/** A prompt comes this much after what it follows (ms). */
const NEXT = 1000;

/**
 * The history in the order in which the host would read it, with the next prompt after all messages that are not in the
 * future.
 */
export function withNextPrompt(messages: readonly Message[], clock: number): readonly Message[] {
  const now = messages.reduce(
    (latest, { row: { created } }) =>
      created !== null && created <= clock + CLOCK_SLACK ? Math.max(latest, created + NEXT) : latest,
    clock,
  );
  return insertByTime(messages, {
    role: "user",
    row: NEXT_PROMPT,
    position: messages.length,
    created: now,
    blocks: [{ kind: "text", row: NEXT_PROMPT, text: "continue", length: 8, blank: false }],
  });
}

function insertByTime(messages: readonly Message[], one: Message): readonly Message[] {
  // SQLite sorts other values behind all numbers.
  const created = one.created ?? 0;
  const at = messages.findIndex(({ row }) => (row.created ?? Number.POSITIVE_INFINITY) > created);
  return at < 0 ? [...messages, one] : [...messages.slice(0, at), one, ...messages.slice(at)];
}

/**
 * The history of a host that queues prompts: those whose ids sort behind that of the next prompt, and their replies, are
 * left out, and the next prompt stands last.
 */
export function heldBack(history: readonly Message[]): { rest: readonly Message[]; held?: Stop } {
  const prompt = present(history.find(({ row }) => row === NEXT_PROMPT));
  const isLater = ({ role, row }: Message) => role === "user" && row !== NEXT_PROMPT && row.id > idOf(prompt);
  const ids = new Set(history.filter(isLater).map(({ row }) => row.id));
  const isHeld = ({ row, role, parent }: Message) =>
    role === "user" ? ids.has(row.id) : parent !== undefined && ids.has(parent);
  const rest = history.filter((message) => message !== prompt && !isHeld(message));
  const rows = history.filter(isHeld).map(({ row }) => row);
  const held: Stop | undefined =
    rows.length > 0 ? { verdict: "lost", rule: "id-order", rows, safety: "unsafe" } : undefined;
  return { rest: [...rest, prompt], ...(held && { held }) };
}

/** Whether the run loop reaches the provider, and stops after its answer. */
export function runLoop(history: readonly Message[], features: Features): Stop | undefined {
  const isNewer = orderOf(history, features);
  const task = firstTask(history, isNewer, features);
  const rows = task ? [task.block.row, task.message.row] : [];
  if (task?.block.kind === "subtask") {
    const isKnown = unansweredSubtasks(history, isNewer).some(
      ({ block, failed }) => block === task.block && failed,
    );
    if (isKnown) return { verdict: "crash", rule: "unanswered-subtask", rows };
  } else if (task) {
    const broken = unsliced(history, task.message, features);
    if (broken.length > 0) return { verdict: "crash", rule: "invalid-part", rows: broken };
    if (task.block.kind === "compaction" && !task.block.auto && !goesOn(history, task.message, features))
      return { verdict: "swallowed", rule: "unanswered-compaction", rows };
  }
  const now = present(history.find(({ row }) => row === NEXT_PROMPT)?.created);
  const before = turnOf(history, features);
  if (isOver(before, features))
    return { verdict: "swallowed", ...blame([before.user, before.assistant], now) };
  const answer = answerTo(before.user, now);
  const after = turnOf(insertByTime(history, answer), features);
  if (isOver(after, features)) return undefined;
  // The same message stays the newest after every answer: the loop never ends.
  return {
    verdict: "loop",
    ...blame(after.assistant === answer ? [after.user] : [present(after.assistant)], now),
  };
}

function goesOn(history: readonly Message[], { row }: Message, { goesOnBehindMarker }: Features): boolean {
  return goesOnBehindMarker && !history.some(({ parent }) => parent === row.id);
}

/** The two messages that the run loop compares. */
interface TurnAtEnd {
  readonly user: Message;
  readonly assistant: Message | undefined;
}

function turnOf(history: readonly Message[], features: Features): TurnAtEnd {
  const isNewer = orderOf(history, features);
  const by = (role: Message["role"]) =>
    newest(
      history.filter((message) => message.role === role),
      isNewer,
    );
  return { user: present(by("user")), assistant: by("assistant") };
}

function isOver(turn: TurnAtEnd, features: Features): turn is TurnAtEnd & { assistant: Message } {
  const { user, assistant } = turn;
  if (!assistant || !isAnswered(assistant, features)) return false;
  return features.loopByTime ? assistant.parent === user.row.id : idOf(user) < idOf(assistant);
}

function isAnswered(assistant: Message, features: Features): boolean {
  const { finish } = assistant;
  if (!finish || finish === "tool-calls" || (finish === "unknown" && !features.unknownEnds)) return false;
  const hasCalled = assistant.blocks.some(
    (block) =>
      block.kind === "call" &&
      !(block.exempt && features.executedApart) &&
      !(block.state === "error" && block.interrupted && features.interruptedEndsLoop),
  );
  return !hasCalled || !features.toolsKeepLoop;
}

/** The host's answer: a final text. */
function answerTo(user: Message, now: number): Message {
  const created = now + 1;
  const row = { ...NEXT_PROMPT, id: idAt(created) };
  return {
    role: "assistant",
    row,
    position: user.position,
    created,
    parent: user.row.id,
    finish: "stop",
    blocks: [],
  };
}

/** Blames messages that are dated ahead of the clock, else the order of the ids. */
function blame(messages: readonly Message[], now: number): Pick<Stop, "rule" | "rows"> {
  const ahead = messages.filter(
    ({ row }) => row !== NEXT_PROMPT && (row.created ?? Number.POSITIVE_INFINITY) > now,
  );
  if (ahead.length > 0) return { rule: "future-timestamp", rows: ahead.map(({ row }) => row) };
  return { rule: "id-order", rows: messages.slice(-1).map(({ row }) => row) };
}
