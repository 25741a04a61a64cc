import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copiedText, KNOWN_ERRORS, rulesOfError } from "../src/providers/errors.js";
import { RECORDED } from "../src/stores/opencode/errors.js";
import { CORPUS } from "./support/fixtures.js";

/** Texts of public reports, one a line with its source. They stand beside the project on some machines only. */
const TEXTS = join(CORPUS, "../facts/error-texts.txt");
const LINES = existsSync(TEXTS)
  ? readFileSync(TEXTS, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t") as [string, string])
  : [];

/** Texts that nothing stored explains; advice is given. */
const ONLY_ADVICE = /without its required 'reasoning' item|[Tt]hought signature/;

describe.skipIf(LINES.length === 0)(
  "error texts of public reports (skipped without the shared facts)",
  () => {
    test.each(LINES)("%s: %s", (_, text) => {
      const known = KNOWN_ERRORS.filter(({ pattern }) => pattern.test(text));
      expect(known).not.toEqual([]);
      if (ONLY_ADVICE.test(text)) {
        expect(rulesOfError(text, RECORDED)).toEqual([]);
        expect(known.every(({ advice }) => advice)).toBe(true);
      } else expect(rulesOfError(text, RECORDED)).not.toEqual([]);
    });
  },
);

/** Texts that are near each other and mean different things: the first rule is the likeliest. */
const NEAR: [text: string, rules: string[]][] = [
  ["Invalid 'input[66].id': 'item_1'. Expected an ID that begins with 'rs'.", ["invalid-item-id"]],
  ["Invalid 'input[5].id': ''. Expected an ID that contains letters, numbers", ["invalid-item-id"]],
  ["Invalid 'input[5].id': string too long. Expected a string with maximum length 64", ["invalid-item-id"]],
  [
    "Invalid 'input[5].call_id': string too long. Expected a string with maximum length 64",
    ["invalid-tool-call-id"],
  ],
  [
    "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
    ["invalid-item-id"],
  ],
  [
    "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    ["dangling-thinking"],
  ],
  ["Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'.", []],
  ["reasoning encrypted_content was not issued to this caller", []],
  [
    "messages.1: `web_search` tool use with id `srvtoolu_1` was found without a corresponding `web_search_tool_result` block",
    ["unpaired-server-tool"],
  ],
  ["Invalid request: tool_call_id exec:2 is duplicated", ["duplicate-tool-call-id", "duplicate-tool-result"]],
  ["tool_call_id exec:2 not found", ["orphan-tool-result", "missing-tool-calls"]],
  ["A conversation must alternate between user and assistant roles.", ["role-order"]],
];

test.each(NEAR)("%s", (text, rules) => {
  expect(rulesOfError(text, RECORDED)).toEqual(rules);
  expect(KNOWN_ERRORS.some(({ pattern }) => pattern.test(text))).toBe(true);
});

test.each([
  [
    "a terminal with a bar at the left",
    "┃  A conversation must alternate between\n┃  user and assistant roles.",
    "role-order",
  ],
  [
    "a log with colours",
    "A maximum of 4 blocks with \u001b[1mcache_control\u001b[0m may be provided.",
    "too-many-cache-marks",
  ],
  ["JSON with its escapes", '{"message":"messages: Unexpected role \\"system\\". The"}', "misplaced-system"],
  ["a page with curly quotes", "Invalid ‘input[5].call_id’: empty string.", "invalid-tool-call-id"],
])("a text that was copied from %s is known", (_, text, rule) => {
  expect(rulesOfError(copiedText(text), KNOWN_ERRORS)).toContain(rule);
});
