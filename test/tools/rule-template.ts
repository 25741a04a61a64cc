import { STORES } from "../../src/stores/index.js";

/** True if SQL on the healthy database of the store makes a fixture; otherwise the fixture is a request. */
function hasDatabase(store: string): boolean {
  return STORES.some(({ id, database }) => id === store && database !== undefined);
}

/** The files of a new rule, by their path from the root of the repository. */
export function newRuleFiles(id: string, stores: readonly string[]): Map<string, string> {
  const [only] = stores;
  const isShared = stores.length > 1;
  const folder = isShared ? "src/rules" : `src/stores/${only}/rules`;
  return new Map([
    [`${folder}/${id}.ts`, ruleText(id, isShared ? "./rule.js" : "../../../rules/rule.js")],
    ...stores.map((store) => fixtureOf(id, store)),
    [`test/rules/${id}.test.ts`, testText(id, only ?? "")],
  ]);
}

/** The line by which a store lists the rule. */
export function indexLine(id: string, stores: readonly string[]): string {
  return `export { ${nameOf(id)} } from "${stores.length > 1 ? "../../../rules" : "."}/${id}.js";\n`;
}

/** `stuck-tool` is exported as `stuckTool`. */
function nameOf(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function ruleText(id: string, rule: string): string {
  return `import type { Message } from "${rule.replace("rules/rule.js", "model/conversation.js").replace("./rule.js", "../model/conversation.js")}";
import { defineRule } from "${rule}";

export const ${nameOf(id)} = defineRule({
  id: "${id}",
  family: "state",
  title: "TODO: the damage in a few words",
  harm: "TODO: the harm to the user, as a clause",
  safety: "safe",
  stage: "said",
  action: "TODO: the repair in a few words",
  effect: { effect: "misleads", severity: "warning" },
  explanation: {
    what: "TODO: the state of the rows.",
    arises: "TODO: how it comes about.",
    repair: "TODO: what the repair writes.",
    unknown: "TODO: what nobody can know from the rows, or Nothing.",
  },
  // A rule about something that providers refuse has \`check\` in place of \`detect\` and \`effect\`.
  detect: ({ messages }) =>
    messages.filter(isDamaged).map((message) => ({ row: message.row, message, evidence: {} })),
  // For the quick look: without it, a scan is right and slow. Leave it out if the rule compares messages.
  clears: { message: ({ message }) => !isDamaged(message) },
  // TODO: \`({ message, block }, edits) => …\` with the edits of src/rules/edits.ts or of the store.
  mend: () => {},
});

// TODO: tell damaged messages from healthy ones.
function isDamaged(_message: Message): boolean {
  return false;
}
`;
}

function fixtureOf(id: string, store: string): [path: string, text: string] {
  if (hasDatabase(store))
    return [
      `fixtures/rules/${id}.${store}.sql`,
      `-- TODO: what happened to these rows of fixtures/${store}.db.
-- expect: warning TODO
select 'TODO: SQL that damages one row; the line above names its id, or @CONVERSATION/POSITION';
`,
    ];
  return [
    `fixtures/rules/${id}.${store}.jsonc`,
    `// TODO: damage this request. The next line tells the severity.
// expect: warning
{
  "model": "claude-opus-4-8",
  "messages": [{ "role": "user", "content": "TODO" }]
}
`,
  ];
}

function testText(id: string, store: string): string {
  const why = `// The tables test the fixture: found at its row, mended for good, undone. Here are the cases that look alike.`;
  if (!hasDatabase(store))
    return `import { expect, test } from "vitest";
import { judged, requestOf } from "../support/judging.js";

${why}
test("${id} finds nothing in a healthy request that looks alike", () => {
  const body = { messages: ["TODO"] };
  expect(judged(requestOf(body)).map(({ rule }) => rule)).not.toContain("${id}");
});
`;
  return `import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

${why}
test("${id} finds nothing in healthy rows that look alike", async () => {
  const path = dir.path("healthy.db");
  damagedCopy(path, "${store}", "TODO: SQL that makes rows which look alike and are healthy");
  const { findings } = await scan(path, { now: Date.parse("2026-11-21T12:00:00Z") });
  expect(findings.map(({ rule }) => rule)).not.toContain("${id}");
});
`;
}
