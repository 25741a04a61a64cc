import { join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** pi's sessions by its own rules: two environment variables, else below the home folder. */
export function discoverPi({ env, home }: Places): Discovered {
  const agent = expanded(env.PI_CODING_AGENT_DIR, home);
  const named = {
    PI_CODING_AGENT_SESSION_DIR: expanded(env.PI_CODING_AGENT_SESSION_DIR, home),
    PI_CODING_AGENT_DIR: agent.map((folder) => join(folder, "sessions")),
  };
  const usual = agent.length > 0 || !home ? [] : [join(home, ".pi", "agent", "sessions")];
  return { looked: [...named.PI_CODING_AGENT_SESSION_DIR, ...named.PI_CODING_AGENT_DIR, ...usual], named };
}

/** `~` is the home folder. */
function expanded(path: string | undefined, home: string | undefined): string[] {
  if (!path) return [];
  const isAtHome = path === "~" || /^~[/\\]/.test(path);
  return isAtHome && !home ? [] : [isAtHome && home ? join(home, path.slice(1)) : path];
}
