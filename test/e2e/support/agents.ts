import { mkdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { openForReading } from "../../../src/files/sqlite.js";
import type { Finding } from "../../../src/model/report.js";
import { tablesOf } from "../../../src/repair/backup.js";
import { AGENTS, type AgentCase, filesBelow } from "../../support/agents.js";
import { run } from "../../support/run.js";
import { CACHE } from "./programs.js";

type Program = AgentCase["program"];

/** The answer of the kit about a resume. */
interface KitResult {
  readonly verdict: AgentCase["verdict"];
  readonly error: string;
  /** Marks that were not sent: those that a file of the home still holds, and the others. */
  readonly lost: readonly string[];
  readonly gone: readonly string[];
  /** A session file lost bytes, or went away. */
  readonly rewritten: boolean;
}

/** The answer of the real program to a session that it was asked to go on with. */
export interface Resumed extends Pick<KitResult, "verdict" | "error" | "rewritten"> {
  /** Texts of the session, as it was put there, that the program did not send. */
  readonly missing: readonly string[];
}

/** Runs the real programs against a provider on loopback. It stands beside the corpus, and is no part of the project. */
export interface Kit {
  readonly NEXT: string;
  install(program: Program): unknown;
  newHome(program: Program): string;
  place(program: Program, folder: string, home: string): string;
  sessionKey(program: Program, file: string): string;
  resume(
    program: Program,
    home: string,
    session: string,
    prompt: string,
    options: { marks: readonly string[]; thinking?: boolean },
  ): Promise<KitResult>;
}

/** The kit, with its programs and homes in the cache folder. */
export async function loadKit(): Promise<Kit> {
  process.env.AGENT_KIT_ROOT ??= join(CACHE, "agents");
  mkdirSync(process.env.AGENT_KIT_ROOT, { recursive: true });
  return import(/* @vite-ignore */ pathToFileURL(join(dirname(AGENTS), "agents.mjs")).href);
}

/** The day on which the cases are scanned and mended. */
const TODAY = "2026-11-28T12:00:00Z";

/** A case in a home of its own. */
export class Home {
  readonly folder: string;
  readonly #kit: Kit;
  readonly #case: AgentCase;
  readonly #file: string;
  /** The session as it was put there. */
  readonly #placed: string;

  constructor(kit: Kit, one: AgentCase) {
    this.#kit = kit;
    this.#case = one;
    this.folder = kit.newHome(one.program);
    this.#file = kit.place(one.program, join(AGENTS, one.program, one.case), this.folder);
    const sessions = filesBelow(this.folder).filter((path) => path.endsWith(".jsonl"));
    this.#placed = sessions.map((path) => readFileSync(path, "utf8")).join("\n");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The real program goes on with the session. Its files are a minute old afterwards: nobody is at work in them. */
  async resume(): Promise<Resumed> {
    const { program, marks, opt } = this.#case;
    const session = this.#kit.sessionKey(program, this.#file);
    const result = await this.#kit.resume(program, this.folder, session, this.#kit.NEXT, { marks, ...opt });
    const rest = Date.now() / 1000 - 60;
    for (const path of filesBelow(this.folder)) if (path.endsWith(".jsonl")) utimesSync(path, rest, rest);
    const { verdict, error, rewritten, lost, gone } = result;
    const missing = [...lost, ...gone].filter((mark) => this.#placed.includes(mark));
    return { verdict, error, rewritten, missing };
  }

  /** The findings of the folder that are no notes. */
  async scan(): Promise<Finding[]> {
    const { stdout } = await this.#doctor("scan", "--severity", "warning");
    const { findings }: { findings: Finding[] } = JSON.parse(stdout);
    return findings;
  }

  /** Repairs the folder. Answers with what was written, file by file. */
  async repair(): Promise<Written[]> {
    const { stdout } = await this.#doctor("repair", "--backup", "--yes");
    const done: Done | { files: Done[] } = JSON.parse(stdout);
    return ("files" in done ? done.files : [done]).filter(isWritten);
  }

  async #doctor(command: string, ...words: string[]) {
    const folder = join(this.folder, `.${this.#case.program}`);
    const ran = await run([command, folder, ...words, "--format", "json", "--now", TODAY, "--quiet"]);
    if (ran.stdout === "") throw new Error(ran.stderr);
    return ran;
  }

  /** The content of every file: its bytes; of a database, the rows of its tables. */
  contents(): Map<string, string> {
    const files = filesBelow(this.folder).filter((path) => !/-(wal|shm)$/.test(path));
    return new Map(files.map((path) => [path, contentOf(path)]));
  }
}

interface Done {
  readonly database: string;
  readonly backup: string | null;
  readonly journal: string | null;
}

export interface Written extends Done {
  readonly backup: string;
  readonly journal: string;
}

function isWritten(done: Done): done is Written {
  return done.backup !== null && done.journal !== null;
}

/** Takes a repair back, by its backup or by its journal. */
export async function restore(path: string, ...way: readonly [option: string, value: string]): Promise<void> {
  const { code, stderr } = await run(["restore", path, ...way, "--yes", "--quiet"]);
  if (code !== 0) throw new Error(stderr);
}

function contentOf(path: string): string {
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, 15).equals(Buffer.from("SQLite format 3"))) return bytes.toString("latin1");
  const db = openForReading({ name: path });
  try {
    const rows = (table: string) => db.prepare(`select * from ${table}`).raw().all();
    return tablesOf(db)
      .map(({ quoted }) => `${quoted} ${JSON.stringify(rows(quoted))}`)
      .join("\n");
  } finally {
    db.close();
  }
}
