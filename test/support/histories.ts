import fc from "fast-check";
import { openForWriting } from "../../src/sources/sqlite.js";
import { damagedCopy } from "./fixtures.js";
import { REPLY, tokens } from "./rows.js";

const START = Date.parse("2026-11-01T08:00:00Z");

const step = fc.record({ thinking: fc.boolean(), text: fc.boolean(), tools: fc.integer({ min: 0, max: 3 }) });
const turn = fc.record({ files: fc.boolean(), steps: fc.array(step, { minLength: 1, maxLength: 3 }) });
export const history = fc.array(turn, { minLength: 1, maxLength: 4 });

/** What may happen to a row; `pick` chooses among the rows there are. */
export const damage = fc.oneof(
  fc.record({
    pick: fc.nat(),
    kind: fc.constant("set" as const),
    path: fc.constantFrom(
      "$.text",
      "$.callID",
      "$.tool",
      "$.state.status",
      "$.state.input",
      "$.state.output",
      "$.state.title",
      "$.state.metadata",
      "$.type",
      "$.time",
      "$.tokens",
      "$.reason",
    ),
    value: fc.constantFrom(
      '""',
      '" "',
      "null",
      "[1]",
      '"x y"',
      "{}",
      "12345678901234567890",
      '"running"',
      '"error"',
    ),
  }),
  fc.record({
    pick: fc.nat(),
    kind: fc.constant("attach" as const),
    images: fc.array(
      fc.record({
        mime: fc.constantFrom("image/png", "image/jpeg", "image/bmp", "application/pdf"),
        data: fc.constantFrom(
          "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9",
          "iVBORw0KGgoAAAANSUhEUgAAIygAAAB4CAIAAAA=",
          "PGh0bWw+",
          "",
        ),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    pick: fc.nat(),
    kind: fc.constant("unset" as const),
    path: fc.constantFrom(
      "$.state",
      "$.state.input",
      "$.state.output",
      "$.state.time",
      "$.text",
      "$.reason",
      "$.tokens",
      "$.cost",
      "$.callID",
    ),
  }),
  fc.record({
    pick: fc.nat(),
    kind: fc.constantFrom(
      "cut" as const,
      "blob" as const,
      "delete" as const,
      "copy-id" as const,
      "insert-text" as const,
      "weird" as const,
    ),
  }),
  fc.record({
    pick: fc.nat(),
    kind: fc.constantFrom("message-unset" as const),
    path: fc.constantFrom(
      "$.agent",
      "$.parentID",
      "$.tokens",
      "$.time.completed",
      "$.finish",
      "$.path",
      "$.model",
      "$.mode",
    ),
  }),
  fc.record({
    pick: fc.nat(),
    kind: fc.constantFrom(
      "message-cut" as const,
      "message-delete" as const,
      "message-future" as const,
      "message-format" as const,
    ),
  }),
);
export type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

/** What the first generation of the tables does not have. */
const LATER_COLUMNS = ["workspace_id", "path", "agent", "model"];

/** Writes a whole, healthy session; every content is a word of its own, so that it can be found again. */
export function writeHistory(path: string, turns: History, isOld = false): void {
  damagedCopy(path, "opencode", "delete from part; delete from message");
  const db = openForWriting(path);
  if (isOld) {
    db.exec("drop index session_workspace_idx");
    for (const column of LATER_COLUMNS) db.exec(`alter table session drop column "${column}"`);
  }
  const session = db.prepare("select id from session").pluck().get() as string;
  let clock = START;
  let number = 0;
  const id = (prefix: string) =>
    `${prefix}_${((BigInt(clock) * 4096n) & 0xffffffffffffn).toString(16).padStart(12, "0")}${String(number++).padStart(14, "0")}`;
  const word = () => `word${number++}word`;
  const addMessage = (data: object) => {
    clock += 5;
    const row = id("msg");
    db.prepare("insert into message values (?, ?, ?, ?, ?)").run(
      row,
      session,
      clock,
      clock,
      JSON.stringify({
        ...data,
        time: { created: clock, ...("parentID" in data && { completed: clock + 1 }) },
      }),
    );
    return row;
  };
  const addPart = (message: string, data: object) => {
    clock += 2;
    db.prepare("insert into part values (?, ?, ?, ?, ?, ?)").run(
      id("prt"),
      message,
      session,
      clock,
      clock,
      JSON.stringify(data),
    );
  };
  for (const { steps, files } of turns) {
    const user = addMessage({
      role: "user",
      agent: "build",
      model: { providerID: "anthropic", modelID: "claude" },
    });
    addPart(user, { type: "text", text: word() });
    if (files)
      addPart(user, {
        type: "file",
        mime: "image/png",
        filename: "a.png",
        url: "data:image/png;base64,iVBORw0KGgo=",
      });
    for (const [index, one] of steps.entries()) {
      const final = index === steps.length - 1;
      const reply = addMessage({
        role: "assistant",
        parentID: user,
        ...REPLY,
        finish: final ? "stop" : "tool-calls",
      });
      addPart(reply, { type: "step-start" });
      if (one.thinking)
        addPart(reply, {
          type: "reasoning",
          text: word(),
          time: { start: clock, end: clock },
          metadata: { anthropic: { signature: "sig" } },
        });
      if (one.text || one.thinking || final) addPart(reply, { type: "text", text: word() });
      for (let tool = 0; tool < (final ? 0 : Math.max(1, one.tools)); tool++)
        addPart(reply, {
          type: "tool",
          tool: "read",
          callID: `call_${number}`,
          state: {
            status: "completed",
            input: { path: word() },
            output: word(),
            title: "t",
            metadata: {},
            time: { start: clock, end: clock },
          },
        });
      addPart(reply, { type: "step-finish", reason: final ? "stop" : "tool-calls", cost: 0, tokens });
    }
  }
  db.prepare("update session set time_updated = ?").run(clock + 10);
  db.close();
}

/** Does the damages one after the other; `now`: ms since 1970. */
export function damageRows(path: string, damages: readonly Damage[], now: number): void {
  const db = openForWriting(path);
  db.pragma("foreign_keys = off");
  for (const one of damages) {
    const table = one.kind.startsWith("message") ? "message" : "part";
    const rows = db.prepare(`select rowid from ${table} order by rowid`).pluck().all() as number[];
    const rowid = rows[one.pick % rows.length]!;
    const run = (sql: string, ...values: unknown[]) => {
      db.prepare(sql).run(...values);
    };
    const guard = "rowid = ? and typeof(data) = 'text' and json_valid(data)";
    if (one.kind === "set")
      run(`update part set data = json_set(data, ?, json(?)) where ${guard}`, one.path, one.value, rowid);
    else if (one.kind === "unset" || one.kind === "message-unset")
      run(`update ${table} set data = json_remove(data, ?) where ${guard}`, one.path, rowid);
    else if (one.kind === "cut" || one.kind === "message-cut")
      run(`update ${table} set data = substr(data, 1, length(data) * 2 / 3) where rowid = ?`, rowid);
    else if (one.kind === "blob") run("update part set data = cast(data as blob) where rowid = ?", rowid);
    else if (one.kind === "delete") run("delete from part where rowid = ?", rowid);
    else if (one.kind === "message-delete") run("delete from message where rowid = ?", rowid);
    else if (one.kind === "copy-id")
      run(
        `update part set data = json_set(data, '$.callID', 'call_same') where ${guard} and json_extract(data, '$.type') = 'tool'`,
        rowid,
      );
    else if (one.kind === "attach")
      run(
        `update part set data = json_set(data, '$.state.attachments', json(?)) where ${guard} and json_extract(data, '$.type') = 'tool'`,
        JSON.stringify(
          one.images.map(({ mime, data }, at) => ({
            id: `prt_a${at}`,
            sessionID: "ses_1",
            messageID: "msg_1",
            type: "file",
            mime,
            url: `data:${mime};base64,${data}`,
          })),
        ),
        rowid,
      );
    else if (one.kind === "weird") run('update part set data = \'{"type":"weird"}\' where rowid = ?', rowid);
    else if (one.kind === "insert-text")
      run(
        'insert or ignore into part select id || \'x\', message_id, session_id, time_created, time_updated, \'{"type":"text","text":"later"}\' from part where rowid = ?',
        rowid,
      );
    else if (one.kind === "message-future")
      run(
        `update message set time_created = ${now + 9e9}, data = json_set(data, '$.time.created', ${now + 9e9}) where ${guard}`,
        rowid,
      );
    else
      run(
        `update message set data = json_set(data, '$.format', json('{"type":"text"}')) where ${guard} and json_extract(data, '$.role') = 'user'`,
        rowid,
      );
  }
  db.close();
}
