import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { exitCode, scan } from "../../src/index.js";
import { CORPUS, hasCorpus, scratch } from "../support/fixtures.js";
import { instaticPairs, writeInstatic } from "../support/instatic.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const files = (store: string) =>
  hasCorpus ? readdirSync(join(CORPUS, store)).filter((name) => name.endsWith(".db")) : [];

/** The rules that explain the verdict of the real program (see the corpus's own README). */
const BROKEN: Record<string, string[]> = {
  "1.2.15-abort-midtext.db": ["dangling-thinking"],
  "1.2.15-texttooltext.db": ["content-after-tool-call"],
  "corrupt-i-missing-boundary-1.2.15.db": ["missing-step-boundary"],
  "corrupt-ix-reasoning-only-final-1.18.34.db": ["dangling-thinking"],
  "corrupt-vi-dup-callid-same-1.18.34.db": ["duplicate-tool-call-id"],
  "corrupt-x-badjson-part-1.18.34.db": ["malformed-json"],
  "corrupt-xiv-input-missing-1.2.15.db": ["invalid-tool-input"],
  "corrupt-xiv-input-string-1.18.34.db": ["invalid-tool-input"],
  "corrupt-xv-output-missing-1.18.34.db": ["invalid-part"],
  "corrupt-xvi-future-assistant-1.18.34.db": ["future-timestamp"],
  "corrupt-xvi-tokens-missing-last-1.18.34.db": ["invalid-message"],
  "lab-FMT-json_schema.db": ["stored-format"],
  "lab-H-input-array-fakeanth.db": ["invalid-tool-input"],
  "lab-J-compaction-nosummary.db": ["unanswered-compaction"],
  "lab-U2-surrogate-toolinput-fakeanth.db": ["lone-surrogate"],
  "lab-sess-workspace_bad.db": ["unlistable-session"],
  "double-submit-0.0.6.db": ["misplaced-tool-result"],
  "orphan-results-no-finish-reason-0.0.6.db": ["orphan-tool-result"],
};
const HEALTHY =
  /^(1\.\d+\.\d+-)?(healthy|subagent-healthy|compacted|graceful-stop)|-(healthy|subagent-healthy|compacted)/;

describe.skipIf(!hasCorpus)(
  "databases that the real programs wrote (skipped without the shared corpus)",
  () => {
    for (const store of ["opencode", "instatic"])
      test.each(files(store))(`${store}/%s`, async (name) => {
        const report = await scan(join(CORPUS, store, name), { now: NOW });
        const errors = report.findings
          .filter((finding) => finding.severity === "error")
          .map((finding) => finding.rule);
        expect(report.incomplete).toBe(false);
        expect([...new Set(errors)]).toEqual(BROKEN[name] ?? []);
        expect(exitCode(report, "error")).toBe(BROKEN[name] ? 1 : 0);
        if (HEALTHY.test(name)) expect(report.summary).toMatchObject({ error: 0, warning: 0 });
        if (name.startsWith("parallel-"))
          expect(report.summary).toMatchObject({ error: 0, warning: 0, info: 1 });
      });

    test("scanning changes no byte and leaves no file", async () => {
      for (const store of ["opencode", "instatic"]) {
        const before = listing(join(CORPUS, store));
        await scan(join(CORPUS, store), { now: NOW });
        expect(listing(join(CORPUS, store))).toEqual(before);
      }
    });

    describe("Instatic's findings agree row by row with the independent SQL", () => {
      const dir = scratch();
      afterAll(dir.remove);
      const KIND: Record<string, string> = {
        "call-without-result": "missing-tool-result",
        "orphan-result": "orphan-tool-result",
        "surplus-result": "duplicate-tool-result",
        "result-before-call": "misplaced-tool-result",
        "late-result-after-user-row": "misplaced-tool-result",
        "torn-batch": "misplaced-tool-result",
        "adjacent-identical-user-rows": "duplicate-user-message",
        "info-parallel-split": "",
      };
      /** A note, and what the SQL does not ask. */
      const notInTheSql = ["parallel-tool-calls", "leading-assistant"];
      const expectAgreement = async (path: string) => {
        const db = openForWriting(path);
        const sql = readFileSync(join(CORPUS, "../facts/instatic-predicates.sql"), "utf8").replaceAll(
          "v.title",
          "f.c title",
        );
        const rows = db.prepare(sql).all() as { kind: string; title: string; position: number }[];
        db.close();
        const independent = rows
          .filter((row) => KIND[row.kind] !== "")
          .map((row) => `${KIND[row.kind] ?? row.kind} ${row.title} ${row.position}`);
        const report = await scan(path, { now: NOW });
        const ours = report.findings
          .filter((finding) => !notInTheSql.includes(finding.rule))
          .map((finding) => `${finding.rule} ${finding.session} ${finding.position}`);
        expect(ours.sort()).toEqual(independent.sort());
      };
      test.each(files("instatic"))("%s", async (name) => {
        const path = dir.path(name);
        copyFileSync(join(CORPUS, "instatic", name), path);
        await expectAgreement(path);
      });

      test("rows in any order", async () => {
        let number = 0;
        const property = fc.asyncProperty(instaticPairs, async (rows) => {
          const path = dir.path(`random-${number++}.db`);
          writeInstatic(path, rows);
          await expectAgreement(path);
        });
        await fc.assert(property, { numRuns: 300, seed: 1 });
      });
    });
  },
);

function listing(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs, mode } = statSync(path);
      return `${name} ${size} ${mtimeMs} ${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
    });
}
