import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { applyLines } from "../../src/repair/lines.js";
import { newestBackup } from "../../src/repair/restore.js";
import { restoreLines, undoLines } from "../../src/repair/restore-lines.js";
import { scratch } from "../support/fixtures.js";
import { lineFixtures, operationsOf, placeLines, planned } from "../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

const damaged = lineFixtures().find(({ name }) => name === "orphan-tool-result.pi.error");
const bytes = damaged?.bytes ?? Buffer.alloc(0);
const FORCED = { backup: true, force: true };
/** Long ago: nobody is at work in the file. */
const REST = new Date("2026-01-05T12:00:00Z");
const LATER = new Date("2026-01-05T13:00:00Z");
let number = 0;
let path = "";

beforeEach(() => {
  path = placeLines(dir.path(`run ${number++}`), "pi", bytes);
  utimesSync(path, REST, REST);
});

const beside = () => readdirSync(dirname(path)).sort();
const codeOf = (error: unknown) => (error as { code?: string }).code;

describe("the repair of a file of lines", () => {
  test("changes no byte of the other lines, and keeps mode and times", () => {
    chmodSync(path, 0o640);
    const plan = planned(path);
    applyLines(path, plan, { backup: false });
    const after = readFileSync(path, "utf8").split("\n");
    const changed = new Set(
      operationsOf(plan).map(({ at }) => bytes.toString("utf8", 0, at).split("\n").length - 1),
    );
    for (const [index, line] of bytes.toString("utf8").split("\n").entries())
      if (!changed.has(index)) expect(after).toContain(line);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).mtimeMs).toBe(REST.getTime());
  });

  test("keeps the old file as backup, and gives no name beside it that the program would list", () => {
    const { backup, journal } = applyLines(path, planned(path), { backup: true });
    expect(readFileSync(backup ?? "").equals(bytes)).toBe(true);
    expect(statSync(backup ?? "").mode & 0o777).toBe(0o600);
    expect(newestBackup(path)).toBe(backup);
    expect(existsSync(journal ?? "")).toBe(true);
    expect(beside().filter((name) => name.endsWith(".jsonl"))).toHaveLength(1);
    const { kept } = restoreLines(path, backup ?? "", false);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(kept).not.toBeNull();
  });

  test("is refused where the file was changed after the plan was made, and leaves nothing behind", () => {
    const plan = planned(path);
    writeFileSync(path, bytes.toString("utf8").replaceAll("README", "readme"));
    utimesSync(path, REST, REST);
    expect(() => applyLines(path, plan, { backup: true })).toThrow(/changed after the plan was made/);
    expect(beside()).toHaveLength(1);
  });

  test("is refused while the file was written to a moment ago by a program", () => {
    const now = new Date();
    const rows = bytes.toString("utf8").replaceAll("2026-01-05T09:01:05.000Z", now.toISOString());
    writeFileSync(path, rows);
    const plan = planned(path, now.getTime());
    const refusal = () => applyLines(path, plan, { backup: true });
    expect(refusal).toThrow(/within the last seconds/);
    expect(beside()).toHaveLength(1);
  });

  test("keeps lines that were appended since, when it is taken back", async () => {
    const { journal } = applyLines(path, planned(path), FORCED);
    const more =
      '{"type":"session_info","id":"000000ff","parentId":"0000000a","timestamp":"2026-01-05T10:00:00.000Z","name":"n"}\n';
    appendFileSync(path, more);
    const { refused } = await undoLines(path, journal ?? "", true);
    expect(refused).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe(bytes.toString("utf8") + more);
  });

  test("a backup that would lose newer lines, or of another session, is not put back", () => {
    const { backup } = applyLines(path, planned(path), FORCED);
    appendFileSync(
      path,
      '{"type":"session_info","id":"000000ff","parentId":"0000000a","timestamp":"2026-01-05T10:00:00.000Z","name":"n"}\n',
    );
    utimesSync(path, LATER, LATER);
    expect(() => restoreLines(path, backup ?? "", false)).toThrow(/newer than the repair/);
    const other = join(dirname(path), "other.backup");
    writeFileSync(other, bytes.toString("utf8").replace("00000000000a", "00000000000b"));
    expect(() => restoreLines(path, other, false)).toThrow(/share no conversation/);
  });

  test("a backup is put back where the repair itself made a half line the newest row", () => {
    const torn =
      lineFixtures().find(({ name }) => name === "broken-line.pi.last.error")?.bytes ?? Buffer.alloc(0);
    path = placeLines(dir.path(`run ${number++}`), "pi", torn);
    utimesSync(path, REST, REST);
    const { backup } = applyLines(path, planned(path), { backup: true });
    expect(readFileSync(path).equals(torn)).toBe(false);
    restoreLines(path, backup ?? "", false);
    expect(readFileSync(path).equals(torn)).toBe(true);
  });

  test("a line that changed since stays as it is, and is named", async () => {
    const { journal } = applyLines(path, planned(path), FORCED);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("lost", "LOST"));
    const { refused } = await undoLines(path, journal ?? "", true);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.reason).toBe("changed since the repair");
  });

  test("the journal of another session is refused", async () => {
    const { journal } = applyLines(path, planned(path), FORCED);
    const other = placeLines(
      dir.path(`other ${number}`),
      "pi",
      bytes.toString("utf8").replace("00000000000a", "00000000000b"),
    );
    utimesSync(other, REST, REST);
    const code = await undoLines(other, journal ?? "", false).catch(codeOf);
    expect(code).toBe("REFUSED");
  });
});
