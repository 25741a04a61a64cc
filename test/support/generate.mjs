// Generates an opencode database of a given size with rows of realistic kinds and sizes.

import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { addOddity, BEFORE_WRAP, ODDITIES, replyTo, TOKENS } from "./oddities.mjs";

// Whoever loads the native part first decides whether it takes names such as `file:…?immutable=1`.
process.env.SQLITE_USE_URI = "1";
const Sqlite = createRequire(import.meta.url)("better-sqlite3");
const START = Date.parse("2026-09-01T08:00:00Z");

/** A small deterministic generator: the same file for the same size. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SNAPSHOT = "39ed8179b28d46c103c42b97eb2d4b1a85c91c45";
const ASCII = '  const value = await read("path/to/file"); // checked\n'.repeat(600);
const OTHER = '  const value = await read("path/to/file"); // caf\u00e9 \u2192 checked\n'.repeat(600);

/** Writes rows one after the other. The clock moves on with each. */
class Writer {
  constructor(db, { damaged, lean, steps }) {
    this.next = random(7);
    this.limit = damaged;
    this.lean = lean;
    this.steps = steps;
    this.clock = START;
    this.counter = 0;
    this.written = 0;
    this.broken = 0;
    this.addMessage = db.prepare("insert into message values (?, ?, ?, ?, ?)");
    this.addSequence = db.prepare("insert into event_sequence values (?, 0, null)");
    this.addEvent = db.prepare("insert into event values (?, ?, ?, 'message.part.updated.1', ?)");
    this.addPart = db.prepare("insert into part values (?, ?, ?, ?, ?, ?)");
  }

  between(low, high) {
    return Math.floor(low + this.next() * (high - low));
  }

  text(length) {
    return (this.next() < 0.1 ? OTHER : ASCII).slice(0, this.lean ? length / 50 : length);
  }

  id(prefix) {
    const time = ((BigInt(this.clock) * 4096n) & 0xffffffffffffn).toString(16).padStart(12, "0");
    return `${prefix}_${time}${String(this.counter++).padStart(14, "0")}`;
  }

  tick() {
    this.clock += this.between(3, 40);
    return this.clock;
  }

  message(id, session, data) {
    this.addMessage.run(id, session, this.clock, this.clock, JSON.stringify(data));
  }

  part(session, message, data) {
    const json = JSON.stringify(data);
    this.written += json.length + 120;
    this.addPart.run(this.id("prt"), message, session, this.tick(), this.clock, json);
  }

  /** Writes events of a conversation until they have so many bytes. */
  events(session, bytes) {
    this.addSequence.run(session);
    for (let seq = 1, written = 0; written < bytes; seq++) {
      const json = JSON.stringify({ sessionID: session, part: { text: this.text(16_000) } });
      this.addEvent.run(this.id("evt"), session, seq, json);
      written += json.length;
    }
  }
}

/** A prompt and the steps of its reply. Healthy all the same: an abort, a compaction, sealed thinking. */
function writeTurn(writer, session, number, turn) {
  const isCompaction = number % 7 === 0 && turn === 5;
  const isSealed = number % 3 === 0;
  const model = isSealed
    ? { providerID: "openai", modelID: "gpt" }
    : { providerID: "anthropic", modelID: "claude" };
  const user = writer.id("msg");
  writer.tick();
  writer.message(user, session, { role: "user", time: { created: writer.clock }, agent: "build", model });
  writer.part(
    session,
    user,
    isCompaction
      ? { type: "compaction", auto: true }
      : { type: "text", text: writer.text(writer.between(200, 2000)) },
  );
  const last = writer.steps - 1;
  for (let step = isCompaction ? last : 0; step <= last; step++)
    writeStep(writer, session, {
      user,
      model,
      isCompaction,
      isSealed,
      isFinal: step === last,
      isAborted: step === last && number % 5 === 0 && turn === 3,
    });
}

function writeStep(writer, session, { user, model, isCompaction, isSealed, isFinal, isAborted }) {
  writer.tick();
  const reply = writer.id("msg");
  writer.message(reply, session, {
    ...replyTo(user, writer, model),
    ...(isAborted
      ? { error: { name: "MessageAbortedError", data: { message: "Aborted" } } }
      : { finish: isFinal ? "stop" : "tool-calls" }),
    ...(isCompaction && { summary: true }),
  });
  const put = (data) => writer.part(session, reply, data);
  const now = () => ({ start: writer.clock, end: writer.clock });
  put({ type: "step-start", snapshot: SNAPSHOT });
  if (isSealed) {
    const openai = { itemId: `rs_${writer.counter}`, reasoningEncryptedContent: "gAAA".repeat(200) };
    put({ type: "reasoning", text: "", metadata: { openai }, time: now() });
  }
  put({ type: "text", text: writer.text(writer.between(200, 2000)), time: now() });
  if (!isFinal) put(toolPart(writer, session, reply));
  if (isAborted) return;
  const isBroken = writer.broken < writer.limit;
  if (isBroken) writer.broken++;
  put({
    type: "step-finish",
    reason: isFinal ? "stop" : "tool-calls",
    snapshot: SNAPSHOT,
    ...(!isBroken && { tokens: TOKENS }),
    cost: 0.01,
  });
}

/** A tool call with its output, and now and then a screenshot. */
function toolPart(writer, session, message) {
  const output = writer.text(writer.between(800, 30_000));
  const attachments =
    writer.next() < 0.001
      ? [
          {
            id: writer.id("prt"),
            sessionID: session,
            messageID: message,
            type: "file",
            mime: "image/png",
            url: `data:image/png;base64,${"iVBORw0KGgo".repeat(110_000)}`,
          },
        ]
      : undefined;
  return {
    type: "tool",
    tool: "read",
    callID: `toolu_${writer.counter}`,
    state: {
      status: "completed",
      input: { filePath: "/home/dev/demo/a.js" },
      output,
      title: "a.js",
      metadata: { preview: output.slice(0, 400), truncated: false },
      time: { start: writer.clock, end: writer.clock + 30 },
      ...(attachments && { attachments }),
    },
  };
}

function writeTurns(writer, session, number, turns) {
  for (let turn = 0; turn < turns; turn++) {
    writeTurn(writer, session, number, turn);
    writer.clock += writer.between(1000, 60_000);
  }
}

/**
 * Writes a database of opencode, until it has its size or its number of conversations.
 * `damaged`: the number of step-finish rows that lack their tokens; `damagedInEach`: at most this many in a conversation
 * `ordinary`: of three conversations one carries something that is not plain: every kind of `ODDITIES` in turn
 * `turns`: of a conversation, each with a prompt and so many `steps`; `lean`: short texts, so that a small file has many rows
 * `events`: the share of the file that is a log of events, which is written beside the conversations
 * @param {string} file a path that does not exist yet
 * @param {{megabytes?: number, sessions?: number, turns?: number, steps?: number, damaged?: number, damagedInEach?: number, ordinary?: boolean, lean?: boolean, events?: number}} options
 */
export function generate(
  file,
  {
    megabytes = Number.POSITIVE_INFINITY,
    sessions: wanted = Number.POSITIVE_INFINITY,
    turns = 8,
    steps = 3,
    damaged = 0,
    damagedInEach = Number.POSITIVE_INFINITY,
    ordinary = false,
    lean = false,
    events = 0,
  },
) {
  copyFileSync(fileURLToPath(new URL("../../fixtures/opencode.db", import.meta.url)), file);
  const db = new Sqlite(file);
  db.pragma("synchronous = off");
  db.exec("delete from part; delete from message; delete from session");
  const project = db.prepare("select id from project").pluck().get();
  const addSession = db.prepare(
    "insert into session (id, project_id, slug, directory, title, version, time_created, time_updated) values (?, ?, 's', '/home/dev/demo', 't', '1.18.34', ?, ?)",
  );
  const setUpdated = db.prepare("update session set time_updated = ? where id = ?");
  const writer = new Writer(db, { damaged, lean, steps });
  const target = megabytes * 1e6 * 0.93;
  let sessions = 0;
  const isFull = () => writer.written >= target || sessions >= wanted;
  const writeSession = () => {
    const oddity = ordinary && sessions % 3 === 2 ? ODDITIES[Math.floor(sessions / 3) % ODDITIES.length] : "";
    const { clock } = writer;
    if (oddity === "before-wrap") writer.clock = BEFORE_WRAP + (clock - START);
    writer.limit = Math.min(damaged, writer.broken + damagedInEach);
    const session = writer.id("ses");
    const before = writer.written;
    sessions++;
    addSession.run(session, project, writer.clock, writer.clock + 7 * 86_400_000);
    writeTurns(writer, session, sessions, turns);
    addOddity(writer, session, oddity);
    if (events > 0) writer.events(session, ((writer.written - before) * events) / (1 - events));
    setUpdated.run(oddity === "late" ? writer.clock - 3_600_000 : writer.clock, session);
    if (oddity === "before-wrap") writer.clock = clock + 1000;
  };
  while (!isFull()) {
    db.exec("begin");
    for (let batch = 0; batch < 20 && !isFull(); batch++) writeSession();
    db.exec("commit");
  }
  db.pragma("wal_checkpoint(truncate)");
  db.close();
  return { sessions, broken: writer.broken };
}
