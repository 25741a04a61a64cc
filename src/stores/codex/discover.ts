import { join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** Codex's own folder. */
function codexHome({ env, home }: Places): string | undefined {
  return env.CODEX_HOME || (home && join(home, ".codex"));
}

/** The rollouts, and the databases beside them, by Codex's own rules. */
export function discoverCodex(places: Places): Discovered {
  const folder = codexHome(places);
  const names = ["sessions", "archived_sessions", "state_5.sqlite", "thread_history_1.sqlite"];
  return { looked: folder === undefined ? [] : names.map((name) => join(folder, name)), named: {} };
}
