import { openForReading, planRead } from "../files/sqlite.js";
import { addTo } from "../model/group.js";
import { plainId } from "../model/text.js";
import { readDatabase } from "../sources/database.js";
import type { FoundCall } from "../stores/reader.js";
import type { KnownCall } from "../stores/request/edits.js";

/** Starts anew for each request: every request repeats the history, and an id may be used again in it. */
export type Recall = () => (id: string) => KnownCall | undefined;

/**
 * The tool calls that a database knows, by call id. Ids that providers would not take are also known by what hosts
 * send in their place. Where several sessions use an id, the one that knows most of the ids asked for counts.
 * @throws DoctorError where the database cannot be read
 */
export function recallFrom(path: string, ids: ReadonlySet<string>): Recall {
  const plan = planRead(path);
  try {
    const db = openForReading(plan);
    try {
      const found = readDatabase(db, path).findCalls((id) => ids.has(id) || ids.has(plainId(id)));
      return () => {
        const calls = callsById(mostKnown(found));
        return (id) => calls.get(id)?.shift();
      };
    } finally {
      db.close();
    }
  } finally {
    plan.dispose();
  }
}

/** The calls, first those of the session that knows the most ids; another session only adds ids that it lacks. */
function mostKnown(found: readonly FoundCall[]): FoundCall[] {
  const bySession = new Map<string, FoundCall[]>();
  for (const call of found) addTo(bySession, call.session, call);
  const sessions = [...bySession.values()].sort((one, other) => idsOf(other).size - idsOf(one).size);
  const known = new Set<string>();
  return sessions.flatMap((calls) => {
    const fresh = calls.filter(({ id }) => !known.has(id));
    for (const id of idsOf(fresh)) known.add(id);
    return fresh;
  });
}

function idsOf(calls: readonly FoundCall[]): Set<string> {
  return new Set(calls.map(({ id }) => id));
}

function callsById(calls: readonly FoundCall[]): Map<string, KnownCall[]> {
  const byId = new Map<string, KnownCall[]>();
  for (const { id, name, input } of calls)
    for (const key of new Set([id, plainId(id)])) addTo(byId, key, { name, input });
  return byId;
}
