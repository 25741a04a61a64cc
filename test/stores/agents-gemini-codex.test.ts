import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/report.js";
import { providerById } from "../../src/providers/providers.js";
import { applyLines, prepareLines } from "../../src/repair/lines.js";
import { undoLines } from "../../src/repair/restore-lines.js";
import { openLines, scanLines } from "../../src/scan/lines.js";
import { readOne } from "../../src/scan/one.js";
import type { ReplayReport } from "../../src/scan/replay.js";
import { scan } from "../../src/scan/scan.js";
import { type AgentCase, agentCases, filesBelow, hasAgents, placeCase } from "../support/agents.js";
import { scratch } from "../support/fixtures.js";
import { replayed } from "../support/judging.js";

const dir = scratch();
afterAll(dir.remove);
const NOW = Date.UTC(2026, 10, 28);

const PROVIDER = { gemini: "gemini", codex: "openai-responses" };

/** The rules that explain a class of damage; the first one is the error, where the real program does not take the session. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  "gemini args-string": ["invalid-tool-input"],
  "gemini bom": ["unreadable-header"],
  "gemini call-missing": ["orphan-tool-result"],
  "gemini call-torn": ["orphan-tool-result", "broken-line"],
  "gemini content-null": ["hidden-session", "invalid-message"],
  "gemini glued": ["broken-line"],
  "gemini hash-missing": ["unreadable-header"],
  "gemini meta-missing": ["unreadable-header"],
  "gemini meta-torn": ["unreadable-header"],
  "gemini name-empty": ["invalid-tool-name"],
  "gemini nul-run": ["broken-line"],
  "gemini reset-stub": ["lost-history"],
  "gemini response-foreign": ["orphan-tool-result"],
  "gemini rewind-unknown": ["lost-history"],
  // The damaged rows do not count any more: a later list of the file holds the turns whole.
  "gemini text-empty": [],
  "gemini torn-last": ["broken-line"],
  "gemini torn-middle": ["broken-line"],
  "gemini type-unknown": ["unknown-block"],
  "gemini unanswered": ["missing-tool-result"],
  "gemini unanswered-null": ["missing-tool-result"],
  "gemini unanswered-one": ["missing-tool-result"],
  "gemini unanswered-set": ["missing-tool-result"],
  "codex arguments-broken": ["invalid-tool-input"],
  "codex bad-utf8": ["invalid-message"],
  "codex bad-utf8-db": ["invalid-message"],
  "codex bom": ["unreadable-header"],
  "codex call-id-empty": ["invalid-tool-call-id"],
  "codex call-missing": ["orphan-tool-result"],
  "codex call-twice": ["duplicate-item"],
  "codex empty": ["unreadable-header"],
  "codex glued": ["broken-line", "missing-tool-result"],
  "codex lone-surrogate": ["lone-surrogate"],
  "codex meta-missing": ["unreadable-header"],
  "codex meta-other-id": ["unreadable-header"],
  "codex meta-torn": ["unreadable-header"],
  "codex name-pattern": ["invalid-tool-name"],
  "codex nul-run": ["missing-tool-result", "broken-line"],
  "codex ordinal-back": ["ordinal-gap"],
  "codex ordinal-missing-last": ["ordinal-gap"],
  "codex output-missing": ["missing-tool-result"],
  "codex output-torn": ["missing-tool-result", "broken-line"],
  "codex output-twice": ["duplicate-item"],
  // Damage of the databases, which are files of their own.
  "codex path-wrong": [],
  "codex row-missing": [],
  "codex reasoning-foreign": ["invalid-thinking"],
  "codex timestamp-missing": ["invalid-message"],
  "codex torn-last": ["broken-line"],
};

/**
 * Resumed by its whole id, the real program takes the session: another line of the file tells it. The recorded verdict
 * comes from an id that was read from the torn line.
 */
const MISJUDGED = ["meta-torn-text"];
/** What refuses the session stands in a database. */
const IN_DATABASE = ["path-wrong-tool"];

function verdictOf(one: AgentCase): string {
  if (MISJUDGED.includes(one.case)) return "accepted";
  return one.verdict === "refused" ? "unreadable" : one.verdict === "lost" ? "accepted" : one.verdict;
}

function scanned(path: string): Finding[] {
  const open = openLines(path);
  if (!open) throw new Error(`${path}: not recognised`);
  return [...scanLines(open, { now: NOW }).findings];
}

function prepared(path: string) {
  const open = openLines(path);
  if (!open) throw new Error(`${path}: not recognised`);
  return prepareLines(open, { now: NOW }, {}).plan;
}

async function replayOf(path: string, one: AgentCase): Promise<ReplayReport> {
  const { conversation, hostVersion } = await readOne(path, undefined, { now: NOW }, true);
  const provider = providerById(PROVIDER[one.program as "gemini" | "codex"]);
  if (!provider) throw new Error("no such provider");
  return replayed(conversation, provider, hostVersion, NOW);
}

const short = (text: string) => {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > 24 ? `${flat.slice(0, 24)}…` : flat;
};
/** Gemini CLI takes the tool's name off the id. */
const bare = (id = "") => id.replace(/^.+?__/, "");

/** The messages of a replay as the kit tells those of a real request. */
function shapeOf({ messages }: ReplayReport, { program }: AgentCase): string[] {
  const told = messages.map(({ role, blocks }) => ({
    role: role === "assistant" ? (program === "gemini" ? "m" : "a") : "u",
    isSent: role !== "system",
    pieces: blocks.map(({ type, id, text, row }) => {
      if (type === "tool-call") return `call(${bare(id)})`;
      if (type === "tool-result") return `${program === "gemini" ? "resp" : "output"}(${bare(id)})`;
      return type === "thinking" ? "reasoning" : row === null ? "text()" : `text(${short(text ?? "")})`;
    }),
  }));
  return told
    .filter(({ isSent }) => isSent)
    .map(({ role, pieces }) =>
      program === "codex" && !pieces[0]?.startsWith("text")
        ? pieces.join(" + ")
        : `${role}:${pieces.join(" + ")}`,
    );
}

/** The kit's own telling, without what the replay cannot know: the texts that the program adds, the words of results. */
function realShape({ sentShape, program }: AgentCase): string[] {
  return sentShape.map((message) =>
    message
      .replace(/(resp|output)\(([^:)]*): .*?\)(?= \+ |$)/g, "$1($2)")
      .replace(/call\(([^ ,)]*)[^)]*\)/g, (_, id: string) => `call(${bare(id)})`)
      .replace(/text\((<session_context>|\[The previous|omega next)[^)]*\)/g, "text()")
      .replace(/call\(exec_command\)/, program === "codex" ? "call()" : "$&"),
  );
}

describe.skipIf(!hasAgents).each(["gemini", "codex"] as const)(
  "%s (skipped without the agents' corpus)",
  (program) => {
    test.each(hasAgents ? agentCases(program).map((one) => [one.case, one] as const) : [])(
      "%s",
      async (name, one) => {
        const files = placeCase(one, dir.path(`${program}-${name}`)).filter((path) =>
          path.endsWith(".jsonl"),
        );
        const [path = ""] = files;
        const before = files.map((file) => readFileSync(file));

        // Found, and explained.
        const found = files.flatMap(scanned).filter(({ severity }) => severity !== "info");
        const all = files.flatMap(scanned).map(({ rule }) => rule);
        const isTaken = one.verdict === "accepted" || MISJUDGED.includes(name) || IN_DATABASE.includes(name);
        if (one.kind === "damaged") {
          const rules = RULES[`${program} ${one.class}`];
          expect(all).toEqual(expect.arrayContaining([...(rules ?? [])]));
          expect(rules).toEqual(expect.arrayContaining(found.map(({ rule }) => rule)));
          if (!isTaken) expect(found[0]).toMatchObject({ severity: "error" });
          if (!isTaken) expect(found.find(({ rule }) => rule === rules?.[0])?.severity).toBe("error");
          else expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
        } else {
          // Every healthy session of Gemini CLI that used a tool is refused: its own defect.
          const expected = one.verdict === "rejected" ? ["doubled-result"] : [];
          expect([...new Set(found.map(({ rule, severity }) => `${severity} ${rule}`))]).toEqual(
            expected.map((rule) => `error ${rule}`),
          );
        }

        // The databases beside it.
        for (const database of filesBelow(folder).filter((file) => file.endsWith(".sqlite"))) {
          const rules = (await scan(database, { now: NOW })).findings.map(
            ({ severity, rule }) => `${severity} ${rule}`,
          );
          const isPath = name === "path-wrong-tool" && database.endsWith("state_5.sqlite");
          expect(rules, database).toEqual(isPath ? ["error index-mismatch"] : []);
        }

        // The request, as the real program sends it.
        const replay = await replayOf(path, one);
        expect(replay.verdict).toBe(IN_DATABASE.includes(name) ? "accepted" : verdictOf(one));
        if (one.sentShape.length > 0) expect(shapeOf(replay, one)).toEqual(realShape(one));

        // Mended, without a second change, and brought back.
        for (const [at, file] of files.entries()) {
          const { journal } = applyLines(file, prepared(file), { backup: false, force: true });
          if (one.repair?.verdict !== "none")
            expect(scanned(file).filter(({ severity }) => severity !== "info")).toEqual([]);
          const mended = readFileSync(file);
          expect(prepared(file).sessions.flatMap(({ operations }) => operations)).toEqual([]);
          if (file === path && one.repair?.verdict !== "none") await expectWhole(file, one);
          if (journal) {
            expect(mended.equals(before[at] ?? Buffer.alloc(0))).toBe(false);
            await undoLines(file, journal, true);
          }
          expect(readFileSync(file).equals(before[at] ?? Buffer.alloc(0))).toBe(true);
        }
      },
    );
  },
);

/** A mended session is accepted, and says every text of the whole one that the damage did not take out of the file. */
async function expectWhole(path: string, one: AgentCase): Promise<void> {
  const { verdict } = await replayOf(path, one);
  expect(verdict).toBe("accepted");
  const { conversation } = await readOne(path, undefined, { now: NOW }, true);
  const said = JSON.stringify(conversation.messages.map(({ blocks }) => blocks));
  const gone = new Set([...(one.repair?.gone ?? []), ...(one.kind === "genuine" ? one.marks : [])]);
  for (const mark of one.marks.filter((text) => !gone.has(text))) expect(said).toContain(mark);
}
