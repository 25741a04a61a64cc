import { DoctorError } from "../errors.js";
import type { Operation } from "../files/rows.js";
import type { Database } from "../files/sqlite.js";

/** A kind of write to a table. `columns`: those that an update changes; absent where it may change any. */
export interface Touch {
  readonly table: string;
  readonly kind: Operation["kind"];
  readonly columns?: readonly string[];
}

function touchOf(operation: Operation): Touch {
  const { table, kind } = operation;
  const isOfColumns = operation.kind === "update" && operation.edits.length === 0;
  return { table, kind, ...(isOfColumns && { columns: Object.keys(operation.columns) }) };
}

/** The kinds of writes, each once. */
export function touchesOf(operations: Iterable<Operation>): Touch[] {
  const touches = new Map<string, Touch>();
  for (const operation of operations) {
    const touch = touchOf(operation);
    touches.set(JSON.stringify(touch), touch);
  }
  return [...touches.values()];
}

interface StoredTrigger {
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

/** Triggers that these writes run: what they would write beside a repair is in no journal. */
export function triggersOf(db: Database, touches: readonly Touch[]): string[] {
  const found = db
    .prepare("select name, tbl_name, sql from sqlite_schema where type = 'trigger' order by name")
    .all() as StoredTrigger[];
  return found.flatMap((trigger) => {
    const isOf = ({ table }: Touch) => table.toLowerCase() === trigger.tbl_name.toLowerCase();
    const runs = runsOn(trigger);
    return touches.some((touch) => isOf(touch) && runs(touch))
      ? [`${trigger.name} of ${trigger.tbl_name}`]
      : [];
  });
}

const NAME = /(?:"[^"]*"|`[^`]*`|\[[^\]]*\]|'[^']*'|[\w$]+)/.source;
const EVENT = new RegExp(
  `^create\\s+(?:temp(?:orary)?\\s+)?trigger\\s+(?:if\\s+not\\s+exists\\s+)?(?:${NAME}\\s*\\.\\s*)?${NAME}\\s+` +
    `(?:(?:before|after|instead\\s+of)\\s+)?(?<kind>delete|insert|update)(?:\\s+of\\s+(?<columns>${NAME}(?:\\s*,\\s*${NAME})*))?\\s+on\\s`,
  "i",
);

/** True for the writes that run a trigger; one that cannot be read runs on every write. */
function runsOn({ sql }: StoredTrigger): (touch: Touch) => boolean {
  const { kind, columns } = EVENT.exec(sql)?.groups ?? {};
  if (kind === undefined) return () => true;
  const watched = columns?.split(",").map(bare);
  return (touch) =>
    touch.kind === kind.toLowerCase() &&
    (!watched || !touch.columns || touch.columns.some((column) => watched.includes(bare(column))));
}

function bare(name: string): string {
  return name
    .trim()
    .replace(/^["'`[]|["'`\]]$/g, "")
    .toLowerCase();
}

/**
 * Refuses where these writes would run triggers.
 * @throws DoctorError REFUSED
 */
export function refuseTriggers(db: Database, path: string, touches: readonly Touch[]): void {
  const triggers = triggersOf(db, touches);
  if (triggers.length > 0)
    throw new DoctorError(
      "REFUSED",
      triggerWords(path, triggers),
      "drop them first, and create them again after it",
    );
}

export function triggerWords(path: string, triggers: readonly string[]): string {
  const [some, whose] = triggers.length === 1 ? ["a trigger", "its"] : ["triggers", "their"];
  return `${path}: has ${some} on tables that a repair writes to (${triggers.join(", ")}); ${whose} changes could not be undone`;
}
