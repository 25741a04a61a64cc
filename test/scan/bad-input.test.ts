import {
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { exitCode, scan } from "../../src/index.js";
import { first, present } from "../../src/model/present.js";
import { damagedCopy, FIXTURES, runSql, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);
let db = "";
let number = 0;
beforeEach(() => {
  db = dir.path(`case-${number++}.db`);
});

async function failure(path: string) {
  const report = await scan(path, { now: NOW });
  expect(exitCode(report, "error")).toBe(2);
  expect(present(first(report.inputs).error).message).not.toContain("\n");
  return { code: present(first(report.inputs).error).code, status: first(report.inputs).status };
}

describe("what cannot be read is one line and exit 2", () => {
  test("a missing file", async () =>
    expect(await failure(dir.path("nowhere.db"))).toEqual({ code: "NOT_FOUND", status: "unreadable" }));
  test("an empty folder", async () => {
    mkdirSync(dir.path("empty"));
    expect((await failure(dir.path("empty"))).code).toBe("NO_INPUT");
  });
  test("an empty file", async () => {
    writeFileSync(db, "");
    expect((await failure(db)).code).toBe("EMPTY_FILE");
  });
  test("no SQLite, or encrypted", async () => {
    writeFileSync(db, Buffer.alloc(8192, 0xa5));
    expect(await failure(db)).toEqual({ code: "UNSUPPORTED", status: "unsupported" });
  });
  test("a truncated database", async () => {
    copyFileSync(join(FIXTURES, "opencode.db"), db);
    const fd = openSync(db, "r+");
    ftruncateSync(fd, 20_000);
    closeSync(fd);
    expect((await failure(db)).code).toBe("DAMAGED");
  });
  test("a database of another app with a table of the same name", async () => {
    const other = openForWriting(copyEmpty(db));
    other.exec("create table ai_messages (id text, chat text); create table message (id text)");
    other.close();
    expect((await failure(db)).code).toBe("UNSUPPORTED");
  });
  test("columns missing", async () => {
    damagedCopy(db, "opencode", "alter table part drop column time_updated");
    const report = await scan(db);
    expect(report.inputs[0]?.error?.message).toContain("part.time_updated");
    expect(exitCode(report, "error")).toBe(2);
  });
  test("locked by an exclusive holder", async () => {
    damagedCopy(db, "opencode", "pragma journal_mode = delete");
    const holder = openForWriting(db);
    holder.pragma("locking_mode = exclusive");
    holder.exec("begin exclusive; update session set title = 'held'");
    expect(await failure(db)).toEqual({ code: "BUSY", status: "busy" });
    holder.close();
  });
  test.skipIf(process.getuid?.() === 0)("no permission (skipped as root)", async () => {
    damagedCopy(db, "opencode", "select 1");
    chmodSync(db, 0);
    expect((await failure(db)).code).toBe("NOT_READABLE");
  });
  test("a hot journal is never rolled back", async () => {
    copyEmpty(db);
    writeFileSync(`${db}-journal`, Buffer.from("d9d505f920a163d7".padEnd(1024, "0"), "hex"));
    const before = readFileSync(`${db}-journal`);
    expect((await failure(db)).code).toBe("HOT_JOURNAL");
    expect(readFileSync(`${db}-journal`).equals(before)).toBe(true);
  });
});

describe("odd rows are findings, and the rest of the scan goes on", () => {
  test("page damage that a read meets is an integrity error; what can be read is scanned", async () => {
    copyFileSync(join(FIXTURES, "opencode.db"), db);
    runSql(
      db,
      `insert into message select 'msg_1fcce4' || value, session_id, time_created, time_updated, data || printf('%*c', 9000, ' ') from message, generate_series(1, 1) where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`.replace(
        "generate_series(1, 1)",
        "(select 'a' as value)",
      ),
    );
    const bytes = readFileSync(db);
    const at = bytes.lastIndexOf(Buffer.from(" ".repeat(2000)));
    const page = Math.floor(at / 4096) * 4096;
    const fd = openSync(db, "r+");
    writeSync(fd, Buffer.from("7fffffff", "hex"), 0, 4, page);
    closeSync(fd);
    const report = await scan(db, { now: NOW, integrity: true });
    expect(
      report.findings.some((finding) => finding.rule === "integrity" && finding.severity === "error"),
    ).toBe(true);
    expect(exitCode(report, "error")).toBe(1);
  });
  test.each([
    ["a BLOB", "x'00ff'"],
    ["NULL-like text", "''"],
    ["a number", "42"],
    ["a bare string", `'"text"'`],
    ["deep nesting", `'${"[".repeat(100_000)}'`],
  ])("%s where JSON belongs", async (_, value) => {
    damagedCopy(
      db,
      "opencode",
      `update part set data = ${value} where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'`,
    );
    const report = await scan(db, { now: NOW });
    expect(
      report.findings.filter(
        (finding) => finding.part === "prt_1fcce0ef40017iOik4S2cPcoaD" && finding.severity === "error",
      ),
    ).toHaveLength(1);
  });
  test("a document nested 100,000 deep is read, or said to be unreadable; nothing crashes", async () => {
    damagedCopy(
      db,
      "opencode",
      `update part set data = replace(data, '{"filePath":"/home/dev/demo/hello.txt"}', '{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}') where id = 'prt_1fcce0f0700152Ia6UzVTL2TKS'`,
    );
    const report = await scan(db, { now: NOW });
    expect(report.inputs[0]?.status).toBe("ok");
    expect(
      report.findings.filter(
        (finding) => finding.severity === "error" && finding.part !== "prt_1fcce0f0700152Ia6UzVTL2TKS",
      ),
    ).toEqual([]);
  });
  test("invalid UTF-8 is read, as the host reads it", async () => {
    damagedCopy(
      db,
      "opencode",
      `update part set data = cast(x'7b2274797065223a2274657874222c2274657874223a22ff227d' as text) where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'`,
    );
    expect((await scan(db, { now: NOW })).summary.error).toBe(0);
  });
  test("ids and titles with quotes, newlines and escape sequences", async () => {
    damagedCopy(
      db,
      "opencode",
      `pragma foreign_keys = off; update part set data = '{' , id = 'prt_''"' || char(10) || char(27) || '[31m' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'; update session set title = char(27) || ']0;owned' || char(7)`,
    );
    const report = await scan(db, { now: NOW, showTitles: true });
    expect(report.findings.some((finding) => finding.part?.startsWith("prt_'"))).toBe(true);
  });
  test("a row over 32 MB is sized, not opened; the input is partial", async () => {
    damagedCopy(
      db,
      "opencode",
      `update part set data = json_set(data, '$.state.output', printf('%.*c', 34000000, 'x')) where id = 'prt_1fcce0f0700152Ia6UzVTL2TKS'`,
    );
    const report = await scan(db, { now: NOW });
    expect(report.inputs[0]).toMatchObject({ status: "partial", error: { code: "ROW_TOO_LARGE" } });
    expect(report.findings).toEqual([]);
    expect(exitCode(report, "error")).toBe(2);
  });
});

describe("reading leaves no trace", () => {
  const beside = () =>
    readdirSync(dir.folder)
      .filter((name) => name.startsWith(present(db.split("/").at(-1))))
      .sort();

  test("rows that live only in the -wal of a database at work are seen", async () => {
    damagedCopy(db, "opencode", "select 1");
    const writer = openForWriting(db);
    writer.exec("update part set data = '{' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'");
    const wal = readFileSync(`${db}-wal`);
    const main = readFileSync(db);
    const files = beside();
    const report = await scan(db, { now: NOW });
    expect(report.findings.map((finding) => finding.rule)).toContain("malformed-json");
    expect(readFileSync(`${db}-wal`).equals(wal)).toBe(true);
    expect(readFileSync(db).equals(main)).toBe(true);
    expect(beside()).toEqual(files);
    writer.close();
  });

  test("a -wal without -shm is read from a private copy", async () => {
    const source = dir.path("source.db");
    damagedCopy(source, "opencode", "select 1");
    const writer = openForWriting(source);
    writer.exec("update part set data = '{' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'");
    copyFileSync(source, db);
    copyFileSync(`${source}-wal`, `${db}-wal`);
    writer.close();
    const wal = readFileSync(`${db}-wal`);
    const report = await scan(db, { now: NOW });
    expect(report.findings.map((finding) => finding.rule)).toContain("malformed-json");
    expect(beside()).toHaveLength(2);
    expect(readFileSync(`${db}-wal`).equals(wal)).toBe(true);
  });
});

function copyEmpty(path: string): string {
  const template = dir.path(`template-${number}.db`);
  copyFileSync(join(FIXTURES, "opencode.db"), template);
  const source = openForWriting(template);
  source.exec("pragma journal_mode = delete");
  for (const table of ["part", "message", "session", "project"])
    source.exec(`drop table if exists "${table}"`);
  source.exec("vacuum");
  source.close();
  copyFileSync(template, path);
  return path;
}
