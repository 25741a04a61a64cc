import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { scratch } from "../support/fixtures.js";
import { DAMAGED, HEALTHY, type Request, text, URL } from "../support/logged.js";

const dir = scratch();
afterAll(dir.remove);

const REFUSAL =
  "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.";
const REFUSALS: [name: string, file: string, content: (body: Request) => string][] = [
  [
    "recording",
    "refused.json",
    (body) =>
      text({ request: { url: URL, body }, response: { status: 400, body: { error: { message: REFUSAL } } } }),
  ],
  [
    "VCR cassette",
    "refused.yaml",
    (body) =>
      `interactions:\n- request: {uri: ${URL}, body: ${text(text(body))}}\n  response:\n    status: {code: 400, message: Bad Request}\n    body: {string: ${text(text({ error: REFUSAL }))}}\n`,
  ],
  [
    "HAR",
    "refused.har",
    (body) =>
      text({
        log: {
          entries: [
            {
              request: { url: URL, postData: { text: text(body) } },
              response: { status: 400, content: { text: text({ error: REFUSAL }) } },
            },
          ],
        },
      }),
  ],
];

test.each(REFUSALS)(
  "the refusal that a %s holds is evidence, and points at the damage",
  async (_, file, content) => {
    const path = dir.path(file);
    writeFileSync(path, content(DAMAGED));
    const { findings } = await scan(path, { now: 0 });
    const refusal = present(findings.find(({ rule }) => rule === "recorded-rejection"));
    const damage = present(findings.find(({ rule }) => rule === "missing-tool-result"));
    expect(refusal).toMatchObject({
      severity: "info",
      evidence: { status: 400, explainedBy: damage.fingerprint },
    });
    writeFileSync(path, content(HEALTHY));
    const healthy = await scan(path, { now: 0 });
    expect(healthy.findings.map(({ rule, evidence }) => [rule, evidence.explainedBy])).toEqual([
      ["recorded-rejection", undefined],
    ]);
    writeFileSync(path, content(HEALTHY).replaceAll("400", "200"));
    expect((await scan(path, { now: 0 })).findings).toEqual([]);
  },
);
