import { join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** The transcripts of every project, by Claude Code's own rules. */
export function discoverClaude({ env, home }: Places): Discovered {
  const config = env.CLAUDE_CONFIG_DIR;
  const named = { CLAUDE_CONFIG_DIR: config ? [join(config, "projects")] : [] };
  const usual = !config && home ? [join(home, ".claude", "projects")] : [];
  return { looked: [...named.CLAUDE_CONFIG_DIR, ...usual], named };
}
