import type { Findings } from "../model/report.js";
import type { Applied } from "../repair/apply.js";
import type { AnyOperation, RepairPlan } from "../repair/plan.js";

/** A plan as JSON, conversation by conversation. */
export function* planJson({ sessions, ...plan }: RepairPlan<AnyOperation>): Generator<string> {
  yield* objectJson(plan, { sessions });
}

/** The result of a repair, without the content of any row, and what is found afterwards. */
export function* doneJson(
  { sessions, after: _, ...rest }: Applied,
  remaining: Findings,
  database: string,
): Generator<string> {
  const told = function* () {
    for (const { session, mended, remaining: left, operations } of sessions) {
      const rows = operations.map(({ kind, table, id, rules }) => ({ kind, table, id, rules }));
      yield { session, mended, remaining: left, rows };
    }
  };
  yield* objectJson({ schemaVersion: 1, database, ...rest }, { sessions: told(), remaining });
}

/** As `JSON.stringify` with two spaces would write the object, with the lists behind its other keys. */
function* objectJson(
  head: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, Iterable<unknown>>>,
): Generator<string> {
  yield JSON.stringify(head, null, 2).slice(0, -2);
  for (const [name, list] of Object.entries(lists)) {
    yield `,\n  ${JSON.stringify(name)}: [`;
    let isEmpty = true;
    for (const item of list) {
      const json = JSON.stringify(item, null, 2).replaceAll("\n", "\n    ");
      yield `${isEmpty ? "" : ","}\n    ${json}`;
      isEmpty = false;
    }
    yield isEmpty ? "]" : "\n  ]";
  }
  yield "\n}\n";
}
