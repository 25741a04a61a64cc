import { DoctorError } from "../errors.js";
import type { Database } from "../files/sqlite.js";
import type { Write } from "./writes.js";

interface StoredTrigger {
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

/** Triggers that these writes run: what they would write beside a repair is in no journal. */
export function triggersOf(db: Database, writes: readonly Write[]): string[] {
  const found = db
    .prepare("select name, tbl_name, sql from sqlite_schema where type = 'trigger' order by name")
    .all() as StoredTrigger[];
  return found.flatMap((trigger) => {
    const isOf = ({ table }: Write) => table.toLowerCase() === trigger.tbl_name.toLowerCase();
    const runs = runsOn(trigger);
    return writes.some((write) => isOf(write) && runs(write))
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
function runsOn({ sql }: StoredTrigger): (write: Write) => boolean {
  const { kind, columns } = EVENT.exec(sql)?.groups ?? {};
  if (kind === undefined) return () => true;
  const watched = columns?.split(",").map(bare);
  return (write) =>
    write.kind === kind.toLowerCase() &&
    (!watched || write.edits || write.columns.some((column) => watched.includes(bare(column))));
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
export function refuseTriggers(db: Database, path: string, writes: readonly Write[]): void {
  const triggers = triggersOf(db, writes);
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
