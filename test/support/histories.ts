import fc from "fast-check";
import { openForWriting } from "../../src/files/sqlite.js";
import { present } from "../../src/model/present.js";
import { runSql } from "./fixtures.js";
import { image, reply, signed, text, tool, user, writeRows } from "./rows.js";

const step = fc.record({ thinking: fc.boolean(), text: fc.boolean(), tools: fc.integer({ min: 0, max: 3 }) });
const turn = fc.record({ files: fc.boolean(), steps: fc.array(step, { minLength: 1, maxLength: 3 }) });
export const history = fc.array(turn, { minLength: 1, maxLength: 4 });

/** The changes that may happen to a row; `pick` chooses among the rows there are. */
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

/** The columns that the first generation of the tables does not have. */
const LATER_COLUMNS = ["workspace_id", "path", "agent", "model"];

/** Writes a whole, healthy session; every content is a word of its own, so that it can be found again. */
export function writeHistory(path: string, turns: History, isOld = false): void {
  let number = 0;
  const word = () => `word${number++}word`;
  const call = () => tool(`call_${number}`, { input: { path: word() }, output: word() });
  writeRows(
    path,
    turns.flatMap(({ steps, files }) => [
      user(word(), ...(files ? [image()] : [])),
      ...steps.map(({ thinking, text: says, tools }, index) => {
        const isLast = index === steps.length - 1;
        return reply(
          ...(thinking ? [signed(word())] : []),
          ...(says || thinking || isLast ? [text(word())] : []),
          ...Array.from({ length: isLast ? 0 : Math.max(1, tools) }, call),
        );
      }),
    ]),
  );
  if (isOld)
    runSql(
      path,
      `drop index session_workspace_idx;${LATER_COLUMNS.map((column) => `alter table session drop column "${column}";`).join("")}`,
    );
}

/** Does the damages one after the other; `now`: ms since 1970. */
export function damageRows(path: string, damages: readonly Damage[], now: number): void {
  const db = openForWriting(path);
  db.pragma("foreign_keys = off");
  for (const one of damages) {
    const table = one.kind.startsWith("message") ? "message" : "part";
    const rows = db.prepare(`select rowid from ${table} order by rowid`).pluck().all() as number[];
    const rowid = present(rows[one.pick % rows.length]);
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
