import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { openForWriting } from "../../src/files/sqlite.js";

export const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const SQLITE = join(import.meta.dirname, "../../node_modules/better-sqlite3");

/** A few in every run; the full numbers where the environment asks for them. */
export function times(few: number, full: number): number {
  return process.env.DOCTOR_FAULTS === "full" ? full : few;
}

export interface Answer {
  readonly status: number | null;
  readonly stderr: string;
  /** ms */
  readonly took: number;
}

export function doctor(...args: string[]): Answer {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [DOCTOR, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, stderr, took: performance.now() - start };
}

/** Runs a command while this process goes on. */
export function doctorBeside(...args: string[]): Promise<Answer> {
  const start = performance.now();
  const child = spawn(process.execPath, [DOCTOR, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) =>
    child.once("close", (status) => resolve({ status, stderr, took: performance.now() - start })),
  );
}

/** Starts a command and ends it with SIGKILL; the moment is in ms. False where it had ended before. */
export async function killed(moment: number, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [DOCTOR, ...args], { stdio: "ignore" });
  const exited = new Promise<boolean>((resolve) =>
    child.once("exit", (_, signal) => resolve(signal === "SIGKILL")),
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), moment);
  const wasKilled = await exited;
  clearTimeout(timer);
  return wasKilled;
}

/** Files beside this one whose name begins with its name. */
export function beside(path: string): string[] {
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(basename(path)) && name !== basename(path))
    .sort();
}

/** A copy under a name of which nothing else is there. */
export function freshCopy(source: string, path: string): string {
  for (const name of [basename(path), ...beside(path)]) rmSync(join(dirname(path), name), { force: true });
  copyFileSync(source, path);
  return path;
}

/** Every row of every table, counted and summed by SQLite. */
export function stateOf(path: string): string {
  const db = openForWriting(path);
  try {
    const tables = db
      .prepare(
        "select name, wr from pragma_table_list where schema = 'main' and type = 'table' order by name",
      )
      .all() as { name: string; wr: 0 | 1 }[];
    const sums = tables.map(({ name, wr }) => {
      const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(name) as string[];
      const lengths = columns.map((column) => `length(quote("${column}")) + unicode("${column}")`);
      const sum = `sum(coalesce(${lengths.join(", 0) + coalesce(")}, 0) * ${wr ? 1 : "(rowid % 1009 + 1)"})`;
      return `${name} ${db.prepare(`select count(*) || ' ' || coalesce(${sum}, 0) from "${name}"`).pluck().get()}`;
    });
    return `${sums.join("\n")}\n${db.pragma("quick_check", { simple: true })}`;
  } finally {
    db.close();
  }
}

const WRITER = `
const Sqlite = require(${JSON.stringify(SQLITE)});
const db = new Sqlite(process.argv[1], { timeout: 60000 });
const session = db.prepare("select id from session order by rowid limit 1").pluck().get();
const turn = db.transaction((id) => {
  db.prepare("insert into message values (?, ?, 1, 1, '{\\"role\\":\\"user\\",\\"time\\":{\\"created\\":1}}')").run(id, session);
  db.prepare("insert into part values (?, ?, ?, 1, 1, '{\\"type\\":\\"text\\",\\"text\\":\\"x\\"}')").run("prt_" + id, id, session);
});
let n = 0;
setInterval(() => {
  const id = "msg_live_" + String(n++).padStart(6, "0");
  turn.immediate(id);
  process.stdout.write(id + "\\n");
}, 5);
`;

export interface Writer {
  /** Waits until so many turns are committed. */
  reached(count: number): Promise<void>;
  /** Ends it, and answers with the ids of all messages that it has committed. */
  end(): Promise<string[]>;
}

/** Another process that commits a turn, a message and its part, every 5 ms. */
export function startWriter(path: string): Writer {
  const child = spawn(process.execPath, ["-e", WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  const committed = () => text.split("\n").slice(0, -1);
  return {
    async reached(count) {
      while (committed().length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async end() {
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await closed;
      return committed();
    },
  };
}

/** Which of the ids are messages, with their part, of a database. */
export function messagesIn(path: string): Set<string> {
  const db = openForWriting(path);
  try {
    const ids = db.prepare("select m.id from message m join part p on p.message_id = m.id").pluck().all();
    return new Set(ids as string[]);
  } finally {
    db.close();
  }
}
