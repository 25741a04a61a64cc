import { type Cells, readRow } from "../../src/files/rows.js";
import { type Database, openForWriting } from "../../src/files/sqlite.js";
import type { Table } from "../../src/files/tables.js";
import { judge } from "../../src/judge/judge.js";
import type { RuleExample } from "../../src/judge/rule-example.js";
import { ruleById } from "../../src/judge/rulebook.js";
import type { Json } from "../../src/model/conversation.js";
import type { Effect, Finding } from "../../src/model/report.js";
import { PROVIDERS } from "../../src/providers/providers.js";
import { applyPlan } from "../../src/repair/apply.js";
import { mendDocument } from "../../src/repair/document.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import type { RepairOptions } from "../../src/repair/rounds.js";
import { storeOf } from "../../src/stores/index.js";
import { requestForm } from "../../src/stores/request/document.js";
import {
  damagedCopy,
  type RequestFixture,
  requestFixtures,
  type SqlFixture,
  scratch,
  sqlFixtures,
} from "../support/fixtures.js";
import { termsOf } from "../support/judging.js";
import { lineFixtures } from "../support/lines.js";
import { cellValue, changesOf, shown } from "./changes.js";
import { lineExample } from "./line-example.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
/** Lines of an example. */
const LINES = 24;

/** The examples of every rule: the first fixture of each store. */
export async function ruleExamples(): Promise<Record<string, RuleExample[]>> {
  const dir = scratch();
  try {
    const examples: Record<string, RuleExample[]> = {};
    const add = (rule: string, example: RuleExample) => {
      examples[rule] = [...(examples[rule] ?? []), example];
    };
    for (const fixture of firstOfEach(sqlFixtures()))
      add(fixture.rule, await rowExample(fixture, dir.path(`${fixture.name}.db`)));
    for (const fixture of firstOfEach(lineFixtures())) {
      const { finding, hostVersion, lines } = lineExample(fixture, dir.path(fixture.name));
      const { title } = storeOf(fixture);
      const place = `fixtures/rules/${fixture.name}.lines`;
      add(fixture.rule, exampleOf(finding, title, place, hostVersion, lines));
    }
    for (const fixture of requestFixtures()) add(fixture.rule, requestExample(fixture));
    const inOrder = Object.entries(examples).sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(inOrder);
  } finally {
    dir.remove();
  }
}

/** Of the fixtures of one rule and store, the one without a variant, else the first. */
function firstOfEach<F extends Pick<SqlFixture, "rule" | "name"> & { readonly store: string }>(
  fixtures: readonly F[],
): F[] {
  const first = new Map<string, F>();
  for (const fixture of fixtures) {
    const key = `${fixture.rule}.${fixture.store}`;
    if (!first.has(key) || fixture.name === key) first.set(key, fixture);
  }
  return [...first.values()];
}

/** A rule that waits to be asked for is asked for. */
function optionsOf(rule: string): RepairOptions {
  const isUnsafe = ruleById(rule)?.safety === "unsafe";
  return { unsafe: isUnsafe, sequentialize: isUnsafe, dropDuplicatePrompts: isUnsafe };
}

async function rowExample(fixture: SqlFixture, path: string): Promise<RuleExample> {
  const { rule, store, hostVersion, provider } = fixture;
  damagedCopy(path, store, fixture.sql);
  const terms = { now: NOW, hostVersion, providers: provider ? [provider] : [] };
  const prepared = await prepareRepair(path, terms, optionsOf(rule));
  const finding = expected(fixture, [...prepared.findings]);
  const told = finding.rule;
  const tables = storeOf({ store }).database?.tables ?? [];
  const operations = [...prepared.plan.sessions]
    .flatMap((session) => session.operations)
    .filter(({ rules }) => rules.includes(told));
  const places = operations.map(({ table, id, ...rest }) => ({
    table,
    id,
    rowid: "rowid" in rest ? rest.rowid : undefined,
  }));
  const before = rowsAt(path, places);
  if (operations.length > 0) await applyPlan(path, prepared.plan, { backup: false, nothing: true });
  const after = rowsAt(path, places);
  const change = places.flatMap(({ table, id }, at) =>
    rowLines(tables, `${table} ${id}`, table, before[at], after[at]),
  );
  const { title } = storeOf({ store });
  return exampleOf(finding, title, `fixtures/rules/${fixture.name}.sql`, prepared.input.hostVersion, [
    ...(change.length > 0 ? change : untouched(path, tables, finding)),
  ]);
}

/** The finding that the fixture is about. Where another rule tells the damage, the finding of that one. */
function expected({ name, rule, expect }: SqlFixture, findings: readonly Finding[]): Finding {
  const place = expect.find((one) => one.rule === rule) ?? expect[0];
  const found = findings.find(
    (finding) =>
      finding.rule === place?.rule &&
      finding.severity === place.severity &&
      placesOf(finding).includes(place.row),
  );
  if (!found) throw new Error(`${name}: ${place?.rule} is not found at ${place?.row}`);
  return found;
}

function placesOf({ part, message, session, position }: Finding): string[] {
  return [part ?? message ?? session ?? "", `@${session}/${position}`];
}

interface RowPlace {
  readonly table: string;
  readonly id: string;
  /** Undefined for a row that the repair inserts. */
  readonly rowid?: number;
}

function rowsAt(path: string, places: readonly RowPlace[]): (Cells | null)[] {
  const db = openForWriting(path);
  try {
    return places.map(({ table, id, rowid }) => {
      const at = rowid ?? rowidOf(db, table, id);
      const row = at === undefined ? null : readRow(db, table, at);
      // Numbers that JSON can tell: those of the fixtures are small.
      return row && Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, toldCell(cell)]));
    });
  } finally {
    db.close();
  }
}

function toldCell(cell: Cells[string] | undefined): Cells[string] {
  return typeof cell === "bigint" ? Number(cell) : (cell ?? null);
}

function rowidOf(db: Database, table: string, id: string): number | undefined {
  return db.prepare(`select rowid from "${table}" where id = ?`).pluck().get(id) as number | undefined;
}

function rowLines(
  tables: readonly Table[],
  name: string,
  table: string,
  before: Cells | null | undefined,
  after: Cells | null | undefined,
): string[] {
  const content = tables.find((one) => one.name === table)?.content;
  if (!before || !after) return [`${before ? "-" : "+"} ${name} ${contentOf(before ?? after, content)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.flatMap((column) =>
    changesOf(
      cellValue(before[column], column === content),
      cellValue(after[column], column === content),
      column === content ? "$" : column,
    ),
  );
  return changed.length > 0 ? [`  ${name}`, ...changed.map((line) => line.replace(/^([-+])/, "$1  "))] : [];
}

/** The JSON of a row; of a row without any, its columns. */
function contentOf(cells: Cells | null | undefined, content: string | undefined): string {
  if (!cells) return "";
  if (content) return shown(cellValue(cells[content], true));
  return shown(Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== null)));
}

/** The row that a finding names, where nothing changes it. */
function untouched(path: string, tables: readonly Table[], finding: Finding): string[] {
  const id = finding.part ?? finding.message ?? finding.session ?? "";
  const db = openForWriting(path);
  try {
    for (const { name, content } of tables) {
      const rowid = name.includes("project") ? undefined : rowidOf(db, name, id);
      if (rowid !== undefined)
        return [`  ${name} ${id} ${contentOf(readRow(db, name, rowid), content)}`.trimEnd()];
    }
    return [`  ${id}`];
  } finally {
    db.close();
  }
}

function requestExample({ name, rule, body, provider }: RequestFixture): RuleExample {
  const terms = termsOf("request", { providers: provider ? [provider] : [] });
  const finding = judge(requestForm.read(body, "request", 0), terms).find((one) => one.rule === rule);
  if (!finding) throw new Error(`${name}: ${rule} is not found`);
  const own = storeOf({ store: "request" }).rules.find(({ id }) => id === rule);
  const options = own?.safety === "unsafe" ? { unsafe: true, dropDuplicatePrompts: true } : {};
  const bench = requestForm.open(body, "request");
  const { value } = mendDocument(requestForm, bench, body, terms, options);
  const change = changesOf(body, value);
  const lines = change.length > 0 ? change : messageLines(body);
  return exampleOf(finding, "a request", `fixtures/rules/${name}.jsonc`, null, lines);
}

function messageLines(body: Json): string[] {
  const { messages } = body as { messages?: Json };
  return Array.isArray(messages)
    ? messages.map((message, index) => `  $.messages[${index}] = ${shown(message)}`)
    : [];
}

function exampleOf(
  { rule, severity, effects }: Finding,
  store: string,
  fixture: string,
  hostVersion: string | null,
  lines: readonly string[],
): RuleExample {
  const more = lines.length - LINES;
  const change = more > 0 ? [...lines.slice(0, LINES), `  … ${more} more lines`] : lines;
  return { store, fixture, hostVersion, rule, severity, effects: effects.map(asTemplate), change };
}

/** A provider's text with placeholders again, so that it is the same for every place and id. */
function asTemplate(effect: Effect): Effect {
  const texts = PROVIDERS.filter(({ id }) => id === effect.target).flatMap(({ errors }) =>
    Object.values(errors),
  );
  const template = texts.find((text) => {
    const parts = text.split(/\{(?:n|id)\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(effect.error ?? "");
  });
  return template ? { ...effect, error: template } : effect;
}
