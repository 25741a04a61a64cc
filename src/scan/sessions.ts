import { openForReading, planRead } from "../files/sqlite.js";
import type { ReportStream } from "../model/report.js";
import { openDatabase } from "../stores/index.js";
import type { Listed } from "../stores/reader.js";
import { isSqlite } from "./inputs.js";
import { type State, triageOf } from "./triage.js";

/** A conversation with its state. */
export interface SessionEntry extends Listed {
  readonly input: string;
  readonly state: State | "well";
}

/** Every conversation of the inputs of a report, each input's newest first. */
export function sessionsOf(report: ReportStream): SessionEntry[] {
  const { dead, limping } = triageOf(report);
  const states = new Map(
    [...dead, ...limping].map(({ input, session, state }) => [`${input} ${session}`, state]),
  );
  return report.inputs
    .filter(({ error }) => error === undefined)
    .flatMap((input) =>
      (input.path !== "-" && isSqlite(input.path) ? listOf(input.path) : notesOf(input)).map((listed) => ({
        ...listed,
        input: input.path,
        state: states.get(`${input.path} ${listed.id}`) ?? ("well" as const),
      })),
    );
}

/** The conversations of a database, the newest first. */
export function listOf(path: string): Listed[] {
  const plan = planRead(path);
  try {
    const db = openForReading(plan);
    try {
      return openDatabase(db, path).reader.list();
    } finally {
      db.close();
    }
  } finally {
    plan.dispose();
  }
}

function notesOf({ sessions = [] }: ReportStream["inputs"][number]): Listed[] {
  return sessions.map(({ id, title, folder, updated, messages }) => ({
    id,
    title: title ?? null,
    folder,
    updated,
    messages,
  }));
}
