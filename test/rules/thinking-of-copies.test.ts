import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

/** Signed by the service that made it, with nothing in it: Anthropic refuses that from its own older models. */
const EMPTY_THINKING = `update part set data = json_set(data, '$.text', ' ',
  '$.metadata', json('{"anthropic":{"signature":"0f8c1f2e-1111-4c3a-9d2e-5a1b2c3d4e5f"}}'))
  where data ->> '$.type' = 'reasoning';`;
const modelIs = (provider: string, model: string) => `
  update message set data = json_set(data, '$.modelID', '${model}', '$.providerID', '${provider}')
    where data ->> '$.role' = 'assistant';
  update message set data = json_set(data, '$.model.modelID', '${model}', '$.model.providerID', '${provider}')
    where data ->> '$.role' = 'user';`;

test.each([
  ["anthropic", "claude-sonnet-4-5", ["invalid-thinking"]],
  ["deepseek", "deepseek-v4", []],
])("stored thinking of %s/%s", async (provider, model, errors) => {
  const path = dir.path(`${model}.db`);
  damagedCopy(path, "opencode", EMPTY_THINKING + modelIs(provider, model));
  const { findings } = await scan(path, { now: Date.parse("2026-11-21T12:00:00Z") });
  expect(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)).toEqual(errors);
});
