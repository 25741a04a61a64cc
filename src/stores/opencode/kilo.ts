import compare from "semver/functions/compare.js";
import gt from "semver/functions/gt.js";
import gte from "semver/functions/gte.js";
import lt from "semver/functions/lt.js";
import major from "semver/functions/major.js";
import { columnsOf, type Database } from "../../files/sqlite.js";
import type { Host } from "../host.js";
import { generationOf } from "../host.js";
import type { OpencodeConversation } from "./decode/session.js";
import { IMPORT } from "./effects.js";
import { opencodeHost } from "./host.js";

/** Tables in which the programs note the migrations that they have run, by age. */
export const JOURNALS = ["migration", "__drizzle_migrations"] as const;
/** A table that only the fork has. */
const OWN_TABLE = "kilo_board";
/** The fork counts from here; opencode's versions with these tables are all lower. */
const FIRST_MAJOR = 7;

/** Kilo's versions, and the version of opencode that each behaves like (measured on 7.0.33 and 7.7.9). */
const BASES: readonly (readonly [since: string, base: string])[] = [
  ["7.0.0", "1.2.15"],
  ["7.7.2", "1.17.10"],
];
/**
 * Features of 7.7.9 that its migrations do not tell (measured): its loop goes by time, a prompt behind a marker is answered,
 * and prompts with later ids are held back.
 */
const OWN_FEATURES = { loopById: false, loopByTime: true, goesOnBehindMarker: true, holdsLaterIds: true };
/** The last version that was measured before a gap, and the first one behind it: between them a file's journal tells. */
const GAP = { after: "7.0.33", before: "7.7.2" };
const NEWEST = "7.7.9";

/** opencode's migrations, and the first version that has each. */
const MIGRATIONS: readonly (readonly [migration: string, version: string])[] = [
  ["20260127222353", "1.2.0"],
  ["20260225215848", "1.2.16"],
  ["20260303231226", "1.2.17"],
  ["20260309230000", "1.2.25"],
  ["20260312043431", "1.2.26"],
  ["20260323234822", "1.3.3"],
  ["20260410174513", "1.4.4"],
  ["20260423070820", "1.14.22"],
  ["20260428004200", "1.14.29"],
  ["20260501142318", "1.14.34"],
  ["20260504145000", "1.14.37"],
  ["20260507164347", "1.14.42"],
  ["20260510033149", "1.14.49"],
  ["20260511173437", "1.15.13"],
  ["20260601010001", "1.16.0"],
  ["20260605003541", "1.16.2"],
  ["20260611035744", "1.17.4"],
  ["20260611192811", "1.17.5"],
  ["20260622142730", "1.17.10"],
];

/** True if the file is Kilo's: by its own table, or by the versions that its sessions record. */
export function isKilo(db: Database, recorded: string | null): boolean {
  return columnsOf(db, OWN_TABLE).size > 0 || (recorded !== null && isKiloVersion(recorded));
}

function isKiloVersion(version: string): boolean {
  return major(version) >= FIRST_MAJOR;
}

/** The version of opencode whose migrations the file has run. */
function baseByJournal(db: Database): string {
  const run = new Set(migrationsOf(db));
  return MIGRATIONS.findLast(([migration]) => run.has(migration))?.[1] ?? "1.2.15";
}

/** The times that name the migrations, as `20260127222353`. */
function migrationsOf(db: Database): string[] {
  const [named, dated] = JOURNALS;
  if (columnsOf(db, named).has("id"))
    return db.prepare(`select substr(id, 1, 14) from ${named}`).pluck().all().map(String);
  if (!columnsOf(db, dated).has("created_at")) return [];
  const sql = `select strftime('%Y%m%d%H%M%S', created_at / 1000, 'unixepoch') from ${dated}`;
  return db.prepare(sql).pluck().all().map(String);
}

/** The fork's versions, each with what the replay of its base does. `own`: a version that was not measured. */
function generationsOf(own?: readonly [since: string, base: string]): Host["generations"] {
  const bases = [...BASES, ...(own ? [own] : [])].sort(([one], [other]) => compare(one, other));
  return bases.map(([since, base], at) => ({
    since,
    until: bases[at + 1]?.[0] ?? null,
    features: { ...generationOf(opencodeHost, base)?.features, ...(gte(since, GAP.before) && OWN_FEATURES) },
  }));
}

/** A fork of opencode with the same tables, versions of its own, and no import by opencode 2. */
export const kiloHost: Host<OpencodeConversation> = {
  ...opencodeHost,
  id: "kilo",
  title: "Kilo",
  generations: generationsOf(),
  newest: NEWEST,
  wrote: isKiloVersion,
  effects: opencodeHost.effects.filter(({ target }) => target !== IMPORT),
  stops: { ...opencodeHost.stops, "id-order": ["loop", "swallowed", "lost"] },
};

/** The host of one file: where nobody measured its version, the file's migrations tell what it behaves like. */
export function kiloHostOf(db: Database, recorded: string | null): Host<OpencodeConversation> {
  const isMeasured = recorded !== null && !(gt(recorded, GAP.after) && lt(recorded, GAP.before));
  if (isMeasured) return kiloHost;
  const base = baseByJournal(db);
  if (recorded !== null) return { ...kiloHost, generations: generationsOf([recorded, base]) };
  return { ...kiloHost, newest: BASES.findLast(([, of]) => compare(of, base) <= 0)?.[0] ?? NEWEST };
}
