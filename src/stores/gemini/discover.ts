import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** The folders with the sessions of each project, by Gemini CLI's own rules. */
export function discoverGemini({ env, home }: Places): Discovered {
  const root = env.GEMINI_CLI_HOME || home;
  if (!root) return { looked: [], named: {} };
  const projects = join(root, ".gemini", "tmp");
  const folders = namesIn(projects).map((project) => join(projects, project, "chats"));
  const found = folders.filter((folder) => existsSync(folder));
  return { looked: found.length > 0 ? found : [projects], named: {} };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
