import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { mendJson } from "../src/repair/json.js";
import type { RepairOptions } from "../src/repair/rounds.js";
import type { ScanOptions } from "../src/scan/options.js";
import { CORPUS, scratch } from "./support/fixtures.js";

/** Requests and exports with the answer of the real service. They stand beside the project on some machines only. */
const CASES = join(CORPUS, "../cases2");
const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

interface Line {
  readonly file: string;
  readonly options: ScanOptions;
  readonly verdict: "clean" | "error" | "unsupported";
  readonly rule: string | undefined;
}

/** `truth` begins with the verdict; a rule stands behind it, or in the column of its own. */
function lineOf(line: string): Line {
  const [file, provider, truth, rule, note] = line.split("\t") as [string, string, string, string, string];
  const body = JSON.parse(readFileSync(join(CASES, file), "utf8")) as { model?: unknown };
  const model = body.model === undefined ? /; model ([^;]+);/.exec(note)?.[1] : undefined;
  const named = rule || /^error ([a-z-]+)/.exec(truth)?.[1];
  return {
    file,
    verdict: truth.startsWith("error") ? "error" : truth.startsWith("unsupported") ? "unsupported" : "clean",
    rule: named || undefined,
    options: {
      now: NOW,
      providers: provider ? [provider] : [],
      ...(model && { model: decodeURIComponent(model) }),
    },
  };
}

const LINES = existsSync(CASES)
  ? readFileSync(join(CASES, "index.tsv"), "utf8").trimEnd().split("\n").slice(1).map(lineOf)
  : [];

/** The rule that names the damage where the index leaves it open. */
const RULE: Readonly<Record<string, string>> = {
  "08-duplicate-item-id.json": "invalid-item-id",
  "09-item-id-prefix.json": "invalid-item-id",
  "10-item-id-empty.json": "invalid-item-id",
  "12-reasoning-not-stored.json": "invalid-item-id",
  "14-server-tool-orphan.json": "unpaired-server-tool",
  "15-no-tools.json": "missing-tools",
  "19b-only-system.json": "missing-prompt",
  "19c-empty-messages.json": "missing-prompt",
  "20-image-in-tool.json": "misplaced-content",
  "21-input-text-assistant.json": "misplaced-content",
  "22-system-in-middle.json": "misplaced-system",
  "22b-system-in-anthropic.json": "misplaced-system",
  "23b-gemini-empty-part.json": "blank-text",
  "25-no-tool-call-id.json": "orphan-tool-result",
  "25c-no-ids-two-calls.json": "orphan-tool-result",
  "26-anthropic-blocks-in-chat.json": "unknown-block",
  "28-five-cache-marks.json": "too-many-cache-marks",
  "32-deepseek-image.json": "misplaced-content",
  "33-kimi-empty-system.json": "empty-message",
  "35-tool-reference.json": "unknown-tool-reference",
  "36-aisdk-raw-output.json": "invalid-message",
  "38-thinking-missing.json": "missing-thinking",
  "48-bedrock-split-results.json": "misplaced-tool-result",
  "w08-anthropic.json": "missing-tool-result",
  "w09-anthropic.json": "unsendable-media",
};

/** Errors that nothing honest can be written for: why. */
const UNMENDED: Readonly<Record<string, string>> = {
  "15-no-tools.json": "how the tools were declared is not in the messages",
  "19c-empty-messages.json": "nothing is there to go on with",
  "26-anthropic-blocks-in-chat.json": "blocks that are not understood are not rewritten",
  "37-empty-signed-thinking.json": "the open turn must begin with thinking, and thinking is never invented",
  "38-thinking-missing.json": "thinking is never invented",
};

/** Errors whose repair guesses, or takes words away: it needs `--unsafe`. */
const UNSAFE: Readonly<Record<string, string>> = {
  "25c-no-ids-two-calls.json": "results are paired with calls by their places",
  "w10-anthropic.json": "the role of a message that is a text is a guess",
  "w11-anthropic.json": "the words that the model was to go on with are taken out",
};

async function mended(path: string, options: ScanOptions, repair: RepairOptions): Promise<string> {
  let text = "";
  for await (const item of mendJson(path, options, repair, undefined)) text += item.text;
  return text;
}

async function damageIn(path: string, options: ScanOptions): Promise<string[]> {
  const { findings, inputs } = await scan(path, options);
  expect(inputs.map(({ status }) => status)).toEqual(["ok"]);
  return findings
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, rule }) => `${severity} ${rule}`);
}

describe.skipIf(LINES.length === 0)(
  "what real services took and refused (skipped without the shared cases)",
  () => {
    test.each(LINES.map((line) => [line.file, line] as const))(
      "%s",
      async (file, { options, verdict, rule }) => {
        const path = join(CASES, file);
        if (verdict === "unsupported") {
          const { inputs, summary } = await scan(path, options);
          expect(inputs[0]?.status).toMatch(/^(unsupported|ok)$/);
          expect(summary.error + summary.warning).toBe(0);
          if (inputs[0]?.status === "ok")
            expect(await mended(path, options, { unsafe: true })).toBe(readFileSync(path, "utf8"));
          return;
        }
        const found = await damageIn(path, options);
        if (verdict === "clean") {
          expect(found).toEqual([]);
          for (const unsafe of [false, true])
            expect(await mended(path, options, { unsafe })).toBe(readFileSync(path, "utf8"));
          return;
        }
        expect(found).toContain(`error ${rule ?? RULE[file]}`);
        for (const unsafe of [false, true]) {
          const copy = dir.path(file);
          writeFileSync(copy, await mended(path, options, { unsafe }));
          const left = await damageIn(copy, options);
          const stays = UNMENDED[file] || (UNSAFE[file] && !unsafe);
          expect([unsafe, left]).toEqual([unsafe, stays ? found : []]);
          expect(await mended(copy, options, { unsafe })).toBe(readFileSync(copy, "utf8"));
        }
      },
    );
  },
);
