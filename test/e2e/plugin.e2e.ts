import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import type { Wire } from "../../src/providers/providers.js";
import { CORPUS, hasCorpus } from "../support/fixtures.js";
import { prompted } from "./support/api.js";
import { corpusDatabases, place, sessionOf } from "./support/database.js";
import { type Home, inHome } from "./support/host.js";
import { install, OPENCODE } from "./support/programs.js";
import { type Body, startProvider } from "./support/provider.js";

/** The plugin as it ships. */
const PLUGIN = pathToFileURL(join(import.meta.dirname, "../../dist/opencode.js")).href;
const VERSIONS = ["1.2.15", "1.18.34"];
const WIRE = { anthropic: "anthropic", openai: "openai-chat" } as const;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  readonly wire: Wire;
}

interface Measured {
  readonly file: string;
  readonly version: string;
  readonly api: keyof typeof WIRE;
  readonly verdict: string;
  readonly get: number;
  readonly open: number;
}

/** Files of the corpus whose next request the real program, or the provider, refuses. */
function refused(): Case[] {
  if (!hasCorpus) return [];
  const folder = mkdtempSync(join(tmpdir(), "doctor-e2e-"));
  execFileSync("tar", ["-xJf", join(CORPUS, "opencode2.tar.xz"), "-C", folder]);
  const measured = JSON.parse(readFileSync(join(folder, "results-x.json"), "utf8")) as Measured[];
  return measured
    .filter(({ version, get, open }) => VERSIONS.includes(version) && get === 200 && open === 200)
    .filter(({ verdict, file }) => verdict !== "accepted" && !BEFORE_THE_REQUEST.test(file))
    .filter(({ api, file }) => !LEFT.test(`${api} ${file}`))
    .map(({ file, version, api }) => ({
      name: file,
      path: join(folder, "x", file),
      version,
      wire: WIRE[api],
    }));
}

/** opencode fails before it builds the messages of a request: no plugin is asked. */
const BEFORE_THE_REQUEST = /subtask|markers|ses-|b64-odd/;
/** The rows do not tell that the provider refuses these, or only an unsafe repair mends them: they stay as they are. */
const LEFT = /openai (?:1\.18\.34-x-provider-executed|.*-x-attachment-no-url)/;

interface Seen {
  readonly prompt: string;
  /** The rows that stood in the file before the prompt, as they are after it. */
  readonly rows: string;
  readonly bodies: readonly string[];
}

function seen({ path, version, wire }: Case, plugins: readonly string[]): Promise<Seen> {
  return inHome(
    async (home) => {
      place(path, home);
      const ids = idsOf(home);
      const provider = await startProvider();
      try {
        const url = await home.serve(version, provider.port);
        const prompt = await prompted(`${url}/session/${sessionOf(home.database)}/message`, wire, provider);
        home.stop();
        const bodies = provider.turns().map(({ body }) => told(body, home));
        return { prompt, rows: rowsOf(home, ids), bodies };
      } finally {
        provider.close();
      }
    },
    OPENCODE,
    plugins,
  );
}

/** The history of a request, without the folder of this start. */
function told({ messages, input }: Body, home: Home): string {
  const history = (messages ?? input ?? []) as { role?: string }[];
  const own = history.filter(({ role }) => role !== "system" && role !== "developer");
  return JSON.stringify(own).replaceAll(home.folder, "HOME");
}

type Ids = Readonly<Record<"message" | "part", readonly string[]>>;

function idsOf(home: Home): Ids {
  const db = openForWriting(home.database);
  const all = (table: string) => db.prepare(`select id from ${table} order by id`).pluck().all() as string[];
  const ids = { message: all("message"), part: all("part") };
  db.close();
  return ids;
}

function rowsOf(home: Home, ids: Ids): string {
  const db = openForWriting(home.database);
  const rows = Object.entries(ids).map(([table, known]) =>
    known.map((id) => db.prepare(`select id, data from ${table} where id = ?`).get(id)),
  );
  db.close();
  return JSON.stringify(rows).replaceAll(home.folder, "HOME");
}

beforeAll(() => {
  for (const version of VERSIONS) install(version);
});

describe.skipIf(!hasCorpus)("the real program with the plugin (skipped without the corpus)", () => {
  test.each(refused())("$version $wire $name: answered, and the rows stay", async (one) => {
    const without = await seen(one, []);
    expect(without.prompt).not.toBe("answered");
    const mended = await seen(one, [PLUGIN]);
    expect(mended.prompt).toBe("answered");
    expect(mended.rows).toBe(without.rows);
  });

  const healthy = corpusDatabases().filter(
    ({ name, version }) => /healthy|compacted/.test(name) && VERSIONS.includes(version),
  );
  test.each(healthy)("$name: the same bytes are sent", async ({ name, path, version }) => {
    const one: Case = { name, path, version, wire: /openai/.test(name) ? "openai-responses" : "anthropic" };
    const without = await seen(one, []);
    const beside = await seen(one, [PLUGIN]);
    expect(without.prompt).toBe("answered");
    expect(beside).toEqual(without);
  });
});
