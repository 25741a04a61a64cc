import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openForWriting } from "../src/files/sqlite.js";
import type { Json } from "../src/model/conversation.js";
import { present } from "../src/model/present.js";
import { type PluginMessage, SessionDoctor } from "../src/opencode.js";
import { buildExport } from "../src/stores/opencode/export/build.js";
import { exportForm } from "../src/stores/opencode/export/document.js";
import { CORPUS, damagedCopy, hasCorpus, openedCopy, scratch, sqlFixtures } from "./support/fixtures.js";

const dir = scratch();
afterEach(() => {
  delete process.env.SESSION_DOCTOR_OFF;
});

interface Running {
  readonly messages: PluginMessage[];
  readonly toasts: string[];
  send(): Promise<string>;
}

/** The messages of a database as opencode of this version hands them to the plugin. */
async function running(version: string, sql = "", messages = messagesOf(sql)): Promise<Running> {
  const toasts: string[] = [];
  const client = {
    _client: { get: async () => ({ data: { healthy: true, version } }) },
    tui: { showToast: async ({ body }: { body: { message: string } }) => toasts.push(body.message) },
  };
  const hooks = await SessionDoctor({ client });
  const send = async () => {
    const output = { messages: structuredClone(messages) };
    await hooks["experimental.chat.messages.transform"]({}, output);
    return JSON.stringify(output.messages);
  };
  return { messages, toasts, send };
}

function messagesOf(sql: string): PluginMessage[] {
  const path = join(dir.folder, `${Math.random()}.db`);
  damagedCopy(path, "opencode", sql);
  const db = openForWriting(path);
  const id = db.prepare("select id from session").pluck().get() as string;
  const { messages } = buildExport(db, "export", id);
  db.close();
  // opencode hands over rows without the columns beside them.
  return JSON.parse(JSON.stringify(messages, (key, value) => (key === "$row" ? undefined : value)));
}

const fixture = (name: string) => sqlFixtures().find((one) => one.name === name)?.sql ?? "";
const GLUED = fixture("missing-step-boundary.opencode");

test("a healthy history stays byte for byte", async () => {
  const { messages, send, toasts } = await running("1.16.0");
  expect(await send()).toBe(JSON.stringify(messages));
  expect(toasts).toEqual([]);
});

test("a history that this version of the host would be refused for is mended, and told once", async () => {
  const { messages, send, toasts } = await running("1.16.0", GLUED);
  const sent = await send();
  expect(sent).not.toBe(JSON.stringify(messages));
  expect(await send()).toBe(sent);
  expect(toasts).toEqual([expect.stringMatching(/missing-step-boundary.*doctor heal/)]);
});

test("damage that this version sends in a form that is taken stays", async () => {
  const { messages, send } = await running("1.18.34", GLUED);
  expect(await send()).toBe(JSON.stringify(messages));
});

test.each(["1", "ses_other,SESSION"])("SESSION_DOCTOR_OFF=%s turns it off", async (value) => {
  const { messages, send } = await running("1.16.0", GLUED);
  const { sessionID } = present(messages[0]).info as { sessionID: string };
  process.env.SESSION_DOCTOR_OFF = value.replace("SESSION", sessionID);
  expect(await send()).toBe(JSON.stringify(messages));
});

test("messages of an unknown shape are sent as they are", async () => {
  for (const messages of [[], [{ info: { sessionID: "ses_1" }, parts: [] }], [{}], [{ info: 1, parts: 2 }]]) {
    const { send } = await running("1.16.0", "", messages as PluginMessage[]);
    expect(await send()).toBe(JSON.stringify(messages));
  }
});

describe("the quick look at an export", () => {
  /** The look may be more careful than the one at the tables, never less. */
  function agrees(body: Json, name: string): boolean {
    const quick = exportForm.plain?.(body) ?? null;
    const { plain } = exportForm.read(body, "export", 0);
    if (quick) expect(plain, name).toBeDefined();
    return quick !== null;
  }

  test("clears no export of a fixture that the tables do not clear", () => {
    for (const { name, store, sql } of sqlFixtures()) {
      if (store !== "opencode") continue;
      const db = openedCopy(join(dir.folder, `${name}.db`), "opencode");
      db.exec(sql);
      for (const id of db.prepare("select id from session").pluck().all() as string[])
        agrees(JSON.parse(JSON.stringify(buildExport(db, "export", id))), name);
      db.close();
    }
  });

  test.skipIf(!hasCorpus)(
    "clears the healthy exports of the real program (skipped without the corpus)",
    () => {
      const folder = join(CORPUS, "opencode");
      const names = readdirSync(folder).filter((name) => name.endsWith(".export.json"));
      const cleared = names.filter((name) =>
        agrees(JSON.parse(readFileSync(join(folder, name), "utf8")), name),
      );
      expect(cleared.filter((name) => /healthy-anthropic/.test(name)).length).toBeGreaterThan(0);
    },
  );
});
