import { describe, expect, test } from "vitest";
import { judge } from "../../src/judge/judge.js";
import type { Json } from "../../src/model/conversation.js";
import { mendDocument } from "../../src/repair/document.js";
import { requestForm } from "../../src/stores/request/document.js";
import { requestFixtures } from "../support/fixtures.js";
import { termsOf } from "../support/judging.js";

/** Rules whose damage no repair mends honestly. */
const STAYS = new Set(["missing-thinking", "missing-tools", "unknown-block"]);

describe("every request fixture shows its damage, and is mended for good", () => {
  test.each(requestFixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    (_, { rule, body, severity, provider }) => {
      const terms = termsOf("request", { providers: provider ? [provider] : [] });
      const found = (value: Json) =>
        judge(requestForm.read(value, "request", 0), terms).map((one) => `${one.severity} ${one.rule}`);
      expect(found(body)).toContain(`${severity} ${rule}`);
      const mend = (value: Json) =>
        mendDocument(requestForm, requestForm.open(value, "request"), value, terms, {
          unsafe: true,
          dropDuplicatePrompts: true,
        }).value;
      const mended = mend(body);
      if (STAYS.has(rule)) expect(mended).toBe(body);
      else expect(found(mended)).not.toContain(`${severity} ${rule}`);
      expect(mend(mended)).toEqual(mended);
    },
  );
});
