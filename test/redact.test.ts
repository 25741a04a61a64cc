import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../src/files/sqlite.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { present } from "../src/model/present.js";
import { buildExport } from "../src/stores/opencode/export/build.js";
import { SESSION_PATHS } from "../src/stores/opencode/export/cells.js";
import type { Export } from "../src/stores/opencode/export/read.js";
import { redactExport } from "../src/stores/opencode/export/redact.js";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { ASSISTANT, asExport, INFO, PARTS, STATE, WHOLE_JSON } from "./support/whole-export.js";

const dir = scratch();
afterAll(dir.remove);

/** A secret that stands nowhere else, in each form in which people and machines write one. */
const FORMS: Record<string, (secret: string) => Json> = {
  "one word": (secret) => secret,
  "a sentence": (secret) => `the ${secret} of somebody, ${secret}`,
  "a path": (secret) => `/home/${secret}/${secret}.txt`,
  "behind the prefix of an item": (secret) => `rs_${secret}`,
  "a media type": (secret) => `image/${secret}`,
  "a URL": (secret) => `https://${secret}.example/${secret}?token=${secret}`,
  "a data URL": (secret) =>
    `data:image/${secret};name=${secret};base64,${Buffer.from(secret).toString("base64")}`,
  "an error that is known": (secret) =>
    `messages.3: \`tool_use\` ids were found without \`tool_result\` blocks: ${secret}. tool_call_id ${secret} not found`,
  "a version": (secret) => `1.2.3-${secret}+${secret}`,
  "a model": (secret) => `claude-${secret}-4`,
  "an error's name": (secret) => `${secret}Error`,
  "JSON in a text": (secret) => JSON.stringify({ [secret]: [secret, { type: secret }] }),
  "broken JSON": (secret) => `{"${secret}": "${secret}`,
  "an object": (secret) => ({
    [secret]: secret,
    type: secret,
    id: secret,
    deep: { [`/${secret}/*`]: [secret] },
  }),
  "a list": (secret) => [secret, { name: secret, url: secret }, [[secret]]],
};

let planted = 0;
/** Letters and digits: the placeholder of neither is itself. */
const secretOf = () => `Geheim${(planted++).toString().padStart(5, "0")}Qk`;
const SECRET = /Geheim\d|\d{5}Qk/;
/** Card numbers: 16 digits that count up. */
const numberOf = () => 4_111_222_233_330_000 + planted++;
const NUMBER = /411122223333\d/;

/** Puts a secret into every leaf of the value, and one into every object as a key of its own. */
function plant(value: Json, leaf: (was: Json) => Json, key: () => string): Json {
  if (Array.isArray(value)) return [...value.map((inner) => plant(inner, leaf, key)), leaf("")];
  if (typeof value !== "object" || value === null) return leaf(value);
  const entries = Object.entries(value as JsonObject).map(([name, inner]) => [name, plant(inner, leaf, key)]);
  return Object.fromEntries([...entries, [key(), leaf("")]]) as Json;
}

/** Base64 hides a word from a search: all of it is looked into. */
function withDecoded(text: string): string {
  const hidden = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
  return [text, ...hidden.map((word) => Buffer.from(word, "base64").toString("latin1"))].join("\n");
}

function leakOf(body: Export): string | null {
  const told = withDecoded(JSON.stringify(redactExport(body), null, 1));
  const found = SECRET.exec(told) ?? NUMBER.exec(told);
  return found && told.slice(Math.max(0, found.index - 60), found.index + 40);
}

const planting = (form: (secret: string) => Json) =>
  asExport(plant(WHOLE_JSON, () => form(secretOf()), secretOf));

describe("a redacted export tells no secret", () => {
  test.each(Object.entries(FORMS))("%s, in every field and key", (_, form) => {
    expect(leakOf(planting(form))).toBeNull();
  });

  test("numbers, in every field", () => {
    const body = plant(WHOLE_JSON, (was) => (typeof was === "string" ? was : numberOf()), secretOf);
    expect(leakOf(asExport(body))).toBeNull();
    const everywhere = plant(WHOLE_JSON, numberOf, secretOf);
    expect(leakOf(asExport(everywhere))).toBeNull();
  });

  test("one field at a time, while all others are as the host writes them", () => {
    const places: string[] = [];
    const walk = (
      value: Json,
      target: number,
      form: (secret: string) => Json,
    ): { value: Json; seen: number } => {
      let seen = 0;
      const visit = (inner: Json): Json => {
        if (Array.isArray(inner)) return inner.map(visit);
        if (typeof inner === "object" && inner !== null)
          return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, visit(one)]));
        return seen++ === target ? form(secretOf()) : inner;
      };
      return { value: visit(value), seen };
    };
    const { seen } = walk(WHOLE_JSON, -1, () => null);
    for (const form of [present(FORMS["one word"]), present(FORMS["an object"])])
      for (let target = 0; target < seen; target++) {
        const leak = leakOf(asExport(walk(WHOLE_JSON, target, form).value));
        if (leak) places.push(leak);
      }
    expect(places).toEqual([]);
    expect(seen).toBeGreaterThan(400);
  });

  test("values of any shape, at places that no schema has", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(0).map(secretOf),
        fc.constant(0).map(numberOf),
        fc.constant(0).map(() => JSON.stringify({ [secretOf()]: secretOf() })),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(
            fc.constantFrom("id", "type", "itemId", "output", "anthropic", "interrupted", "status", "time"),
            fc.constant(0).map(secretOf),
          ),
          tie("value"),
          { maxKeys: 4 },
        ),
      ),
    })).value as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(value, value, (one, other) => {
        const part = {
          ...present(PARTS[2]),
          state: { ...STATE, input: one, metadata: other },
          metadata: one,
          unknown: other,
        };
        const info = { ...ASSISTANT, error: { name: one, data: other }, structured: one, other };
        const body = {
          info: { ...INFO, metadata: one, permission: other },
          messages: [{ info, parts: [part, one], more: other }],
        };
        expect(leakOf(asExport(body))).toBeNull();
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test("every column of the rows of a database", () => {
    for (const json of [true, false]) {
      const path = dir.path(`columns ${json}.db`);
      copyFileSync(join(FIXTURES, "opencode.db"), path);
      const db = openForWriting(path);
      db.pragma("foreign_keys = off");
      const id = String(db.prepare("select id from session").pluck().get());
      for (const column of Object.keys(SESSION_PATHS).filter((name) => name !== "id"))
        db.prepare(`update session set "${column}" = ?`).run(
          json ? JSON.stringify({ [secretOf()]: secretOf() }) : secretOf(),
        );
      const set = db.prepare("update part set data = ?, time_created = ?, time_updated = ? where rowid = ?");
      const rows = db.prepare("select rowid, data from part").all() as { rowid: number; data: string }[];
      for (const { rowid, data } of rows) {
        const hidden = plant(
          JSON.parse(data) as Json,
          (was) => (typeof was === "string" ? secretOf() : was),
          secretOf,
        );
        set.run(
          json ? JSON.stringify(hidden) : `{"a": "${secretOf()}", ${secretOf()}`,
          secretOf(),
          numberOf(),
          rowid,
        );
      }
      expect(leakOf(buildExport(db, path, id))).toBeNull();
      db.close();
    }
  });

  test("so many secrets were planted", () => expect(planted).toBeGreaterThan(5000));
});
