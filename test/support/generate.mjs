// Generates an opencode database of a given size with rows of realistic kinds and sizes.

import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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

/**
 * @param {string} file a path that does not exist yet
 * @param {{megabytes: number, damaged?: number, lean?: boolean}} options `damaged`: so many step-finish rows lack their
 *   tokens; `lean`: short texts, so that a small file has many rows
 */
export function generate(file, { megabytes, damaged = 0, lean = false }) {
  copyFileSync(fileURLToPath(new URL("../../fixtures/opencode.db", import.meta.url)), file);
  const db = new Sqlite(file);
  db.pragma("synchronous = off");
  db.exec("delete from part; delete from message; delete from session");
  const project = db.prepare("select id from project").pluck().get();
  const addSession = db.prepare(
    "insert into session (id, project_id, slug, directory, title, version, time_created, time_updated) values (?, ?, 's', '/home/dev/demo', 't', '1.18.34', ?, ?)",
  );
  const addMessage = db.prepare("insert into message values (?, ?, ?, ?, ?)");
  const addPart = db.prepare("insert into part values (?, ?, ?, ?, ?, ?)");
  const next = random(7);
  const between = (low, high) => Math.floor(low + next() * (high - low));
  const ascii = '  const value = await read("path/to/file"); // checked\n'.repeat(600);
  const other = '  const value = await read("path/to/file"); // caf\u00e9 \u2192 checked\n'.repeat(600);
  const text = (length) => (next() < 0.1 ? other : ascii).slice(0, lean ? length / 50 : length);
  let clock = START;
  let counter = 0;
  const id = (prefix) =>
    `${prefix}_${((BigInt(clock) * 4096n) & 0xffffffffffffn).toString(16).padStart(12, "0")}${String(counter++).padStart(14, "0")}`;
  let written = 0;
  let broken = 0;
  let sessions = 0;
  const target = megabytes * 1e6 * 0.93;
  while (written < target) {
    db.exec("begin");
    for (let batch = 0; batch < 20 && written < target; batch++) {
      const session = id("ses");
      addSession.run(session, project, clock, clock + 7 * 86_400_000);
      sessions++;
      for (let turn = 0; turn < 8; turn++) {
        // Healthy all the same: an abort, a compaction, sealed thinking.
        const isAborted = sessions % 5 === 0 && turn === 3;
        const isCompaction = sessions % 7 === 0 && turn === 5;
        const isSealed = sessions % 3 === 0;
        const model = isSealed
          ? { providerID: "openai", modelID: "gpt" }
          : { providerID: "anthropic", modelID: "claude" };
        const tick = () => (clock += between(3, 40));
        const put = (message, data) => {
          const json = JSON.stringify(data);
          written += json.length + 120;
          addPart.run(id("prt"), message, session, tick(), clock, json);
        };
        const user = id("msg");
        tick();
        addMessage.run(
          user,
          session,
          clock,
          clock,
          JSON.stringify({
            role: "user",
            time: { created: clock },
            agent: "build",
            model,
          }),
        );
        put(
          user,
          isCompaction
            ? { type: "compaction", auto: true }
            : { type: "text", text: text(between(200, 2000)) },
        );
        for (let step = isCompaction ? 2 : 0; step < 3; step++) {
          tick();
          const reply = id("msg");
          const final = step === 2;
          const tokens = { input: 100, output: 20, reasoning: 0, cache: { read: 0, write: 0 } };
          addMessage.run(
            reply,
            session,
            clock,
            clock,
            JSON.stringify({
              role: "assistant",
              parentID: user,
              mode: "build",
              agent: "build",
              path: { cwd: "/home/dev/demo", root: "/home/dev/demo" },
              cost: 0.01,
              tokens,
              ...model,
              time: { created: clock, completed: clock + 900 },
              ...(final && isAborted
                ? { error: { name: "MessageAbortedError", data: { message: "Aborted" } } }
                : { finish: final ? "stop" : "tool-calls" }),
              ...(isCompaction && { summary: true }),
            }),
          );
          put(reply, { type: "step-start", snapshot: "39ed8179b28d46c103c42b97eb2d4b1a85c91c45" });
          if (isSealed)
            put(reply, {
              type: "reasoning",
              text: "",
              metadata: {
                openai: { itemId: `rs_${counter}`, reasoningEncryptedContent: "gAAA".repeat(200) },
              },
              time: { start: clock, end: clock },
            });
          put(reply, { type: "text", text: text(between(200, 2000)), time: { start: clock, end: clock } });
          if (!final) {
            const output = text(between(800, 30_000));
            const attachments =
              next() < 0.001
                ? [
                    {
                      id: id("prt"),
                      sessionID: session,
                      messageID: reply,
                      type: "file",
                      mime: "image/png",
                      url: `data:image/png;base64,${"iVBORw0KGgo".repeat(110_000)}`,
                    },
                  ]
                : undefined;
            put(reply, {
              type: "tool",
              tool: "read",
              callID: `toolu_${counter}`,
              state: {
                status: "completed",
                input: { filePath: "/home/dev/demo/a.js" },
                output,
                title: "a.js",
                metadata: { preview: output.slice(0, 400), truncated: false },
                time: { start: clock, end: clock + 30 },
                ...(attachments && { attachments }),
              },
            });
          }
          const finish = {
            type: "step-finish",
            reason: final ? "stop" : "tool-calls",
            snapshot: "39ed8179b28d46c103c42b97eb2d4b1a85c91c45",
            tokens,
            cost: 0.01,
          };
          if (final && isAborted) continue;
          if (broken < damaged) {
            broken++;
            delete finish.tokens;
          }
          put(reply, finish);
        }
        clock += between(1000, 60_000);
      }
      db.prepare("update session set time_updated = ? where id = ?").run(clock, session);
    }
    db.exec("commit");
  }
  db.pragma("wal_checkpoint(truncate)");
  db.close();
  return { sessions, broken };
}
