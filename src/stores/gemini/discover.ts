import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** The sessions of every project, by Gemini CLI's own rules. */
export function discoverGemini({ env, home }: Places): Discovered {
  const projects = join(env.GEMINI_CLI_HOME || home, ".gemini", "tmp");
  return { looked: [projects, ...sessionsBelow(projects)], named: {} };
}

function sessionsBelow(projects: string): string[] {
  return namesIn(projects).flatMap((project) => filesIn(join(projects, project, "chats")));
}

/** A sub-agent's file stands in a folder named after its parent. */
function filesIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    return name.endsWith(".jsonl") ? [path] : name.includes(".") ? [] : filesIn(path);
  });
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
