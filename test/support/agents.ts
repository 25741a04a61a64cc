import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { openForWriting } from "../../src/files/sqlite.js";

/** Sessions of real agents, with what the real programs said to them; beside the project on some machines only. */
export const AGENTS = process.env.DOCTOR_AGENTS ?? join(import.meta.dirname, "../../../shared/agents/corpus");
export const hasAgents = existsSync(join(AGENTS, "verdicts.json"));

export interface AgentCase {
  readonly case: string;
  readonly program: "pi" | "gemini" | "claude" | "codex";
  readonly version: string;
  /** How the program is run. */
  readonly opt?: { readonly thinking?: boolean };
  readonly kind: "genuine" | "damaged";
  readonly class?: string;
  readonly verdict: "accepted" | "rejected" | "lost" | "refused" | "crash" | "hang";
  readonly error: string;
  /** One entry a message of the request that the program sent. */
  readonly sentShape: readonly string[];
  readonly lost: readonly string[];
  /** Texts that the undamaged session sends. */
  readonly marks: readonly string[];
  readonly projection?: { readonly frozen: boolean };
  readonly repair?: { readonly verdict: string; readonly gone?: readonly string[] };
}

export function agentCases(program: AgentCase["program"]): AgentCase[] {
  const all = JSON.parse(readFileSync(join(AGENTS, "verdicts.json"), "utf8")) as AgentCase[];
  return all.filter((one) => one.program === program);
}

/** Copies the home of a case into a folder, unpacked. Answers with its session files, oldest name first. */
export function placeCase(one: AgentCase, folder: string): string[] {
  const home = join(AGENTS, one.program, one.case, "home");
  for (const path of filesBelow(home)) {
    const to = join(folder, relative(home, path).replace(/\.gz$/, ""));
    const bytes = readFileSync(path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  }
  for (const path of filesBelow(folder).filter((one) => one.endsWith("state_5.sqlite"))) {
    const db = openForWriting(path);
    const here = join(folder, ".codex");
    db.prepare("update threads set rollout_path = replace(rollout_path, '/home/dev/.codex', ?)").run(here);
    db.close();
  }
  return filesBelow(folder).filter((path) => path.endsWith(".jsonl"));
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}
