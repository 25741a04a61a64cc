import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { type Move, movedTo } from "../../src/model/move.js";
import { present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { undo } from "../../src/repair/restore.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

describe("where a directory is after a move", () => {
  const cases: [directory: string, from: string, to: string, now: string | null][] = [
    ["/a/b", "/a/b", "/c", "/c"],
    ["/a/b/sub/x", "/a/b/", "/c/", "/c/sub/x"],
    ["/a/bc", "/a/b", "/c", null],
    ["/c", "/c", "/c", null],
    ["C:\\code\\demo\\sub", "C:\\code\\demo", "/home/me/demo", "/home/me/demo/sub"],
    ["C:/code/demo", "C:\\code", "/home/me", "/home/me/demo"],
    ["/home/me/demo", "/home/me/demo", "D:\\demo", "D:\\demo"],
    ["demo", "demo", "/home/me/demo", "/home/me/demo"],
    ["/a\\b", "/a", "/c", null],
  ];
  test.each(cases)("%s, %s to %s", (directory, from, to, now) => {
    expect(movedTo(directory, [{ from, to }])).toBe(now);
  });
});

const rows = (path: string) => {
  const db = openForWriting(path);
  const session = db.prepare("select directory, path, project_id from session").get();
  const projects = db.prepare("select id, worktree from project order by id").all();
  db.close();
  return { session, projects };
};
const OWN = "06c44c6360a183b0e46aa2216ee37925424df892";

describe("doctor repair --relink", () => {
  const place = join(dir.folder, "demo");
  mkdirSync(place);
  const move: Move = { from: "/home/dev/demo", to: place };
  const cases: [name: string, sql: string, moves: Move[], session: object, projects: object[]][] = [
    [
      "moves the project where none stands at the new place",
      "",
      [move],
      { directory: place, path: "", project_id: OWN },
      [{ id: OWN, worktree: place }],
    ],
    [
      "moves the session to the project of the new place",
      `insert into project (id, worktree, time_created, time_updated, sandboxes) values ('other', '${place}', 1, 1, '[]')`,
      [move],
      { directory: place, path: "", project_id: "other" },
      [
        { id: OWN, worktree: "/home/dev/demo" },
        { id: "other", worktree: place },
      ],
    ],
    [
      "keeps what lies below",
      "update session set directory = '/home/dev/demo/sub'",
      [move],
      { directory: join(place, "sub"), path: "sub", project_id: OWN },
      [{ id: OWN, worktree: place }],
    ],
    [
      "a directory that was relative, or of another system",
      "update session set directory = 'C:\\code\\demo', project_id = 'gone'",
      [{ from: "C:\\code\\demo", to: place }],
      { directory: place, path: "", project_id: "gone" },
      [
        { id: OWN, worktree: "/home/dev/demo" },
        { id: "gone", worktree: place },
      ],
    ],
  ];
  test.each(cases)("%s", async (name, sql, moves, session, projects) => {
    const path = dir.path(`${name.slice(0, 12)}.db`);
    damagedCopy(path, "opencode", `pragma foreign_keys = off; ${sql}`);
    const before = rows(path);
    const { plan } = await prepareRepair(path, { now: NOW, moves }, {});
    const { journal } = await applyPlan(path, plan, { backup: false });
    expect(rows(path)).toEqual({ session, projects });
    const again = await prepareRepair(path, { now: NOW, moves }, {});
    expect([...again.plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
    expect((await scan(path, { now: NOW, moves })).summary).toMatchObject({ error: 0, warning: 0 });
    await undo(path, present(journal), false);
    expect(rows(path)).toEqual(before);
  });
});
