import type { Finding } from "../model/report.js";
import { integrity } from "../rules/integrity.js";
import { orphanRow } from "../rules/orphan-row.js";
import type { OrphanRow } from "../stores/reader.js";
import { fingerprintOf } from "./fingerprint.js";
import { worstOf } from "./grades.js";
import { described, hostEffectsOf, hostGrade } from "./host-effects.js";
import type { JudgeTerms } from "./terms.js";

/** This file makes the findings that belong to no conversation. */

/** The finding for a row whose owner is gone. */
export function orphanFinding({ row, session, owner }: OrphanRow, terms: JudgeTerms): Finding {
  const isChild = row.holds === "conversation";
  const effects = hostEffectsOf(orphanRow, isChild ? "child" : "unowned", terms.host);
  return {
    rule: orphanRow.id,
    severity: worstOf(effects.map((effect) => hostGrade(effect, terms))),
    input: terms.input,
    session,
    ...(row.holds === "piece" ? { message: owner, part: row.id } : !isChild && { message: row.id }),
    evidence: { table: row.table, owner, bytes: row.size },
    effects: effects.map((effect) => described(effect, terms)),
    repair: {
      safety: orphanRow.safety,
      action: isChild ? "detach the session from its missing parent" : orphanRow.action,
    },
    fingerprint: fingerprintOf(orphanRow.id, session, row),
  };
}

/** The finding for a conversation that SQLite could not read. `table` and `handle` (a rowid) name its row. */
export function damagedSession(table: string, handle: number, error: Error, terms: JudgeTerms): Finding {
  return integrityFinding({ rowid: handle, sqlite: error.message }, error.message, terms, {
    table,
    id: String(handle),
  });
}

/** SQLite's check also tells of rows that break NOT NULL, CHECK or the type of a column: their pages are whole. */
const BROKEN_CONSTRAINT = /^(?:NULL|TEXT|NUMERIC|non-\w{1,20}) value in |^CHECK constraint failed in /;

/** A line that SQLite's own page check printed. */
export function damagedPage(table: string, line: string, index: number, terms: JudgeTerms): Finding {
  const place = { table, id: `${index} ${line}` };
  const found = integrityFinding({ sqlite: line }, "database disk image is malformed", terms, place);
  if (!BROKEN_CONSTRAINT.test(line)) return found;
  const target = terms.host?.id ?? terms.store.id;
  return { ...found, severity: "warning", effects: [{ target, effect: "cosmetic" }] };
}

function integrityFinding(
  evidence: Record<string, unknown>,
  error: string,
  { input, host, store }: JudgeTerms,
  place: { table: string; id: string },
): Finding {
  return {
    rule: integrity.id,
    severity: "error",
    input,
    session: null,
    evidence,
    effects: [{ target: host?.id ?? store.id, effect: "unreadable", error }],
    repair: { safety: integrity.safety },
    fingerprint: fingerprintOf(integrity.id, null, place),
  };
}
