import { resolve } from "node:path";
import type { Discovered, Places } from "../store.js";

const USUAL = [".tmp/dev.db", "data/cms.db", "/app/storage/data/cms.db", "/app/data/cms.db"];

/** Instatic's database by `DATABASE_URL`, and its default places below the working directory. */
export function discoverInstatic({ env, cwd }: Places): Discovered {
  const url = env.DATABASE_URL;
  const named = placesOf(url, cwd);
  return {
    looked: [...named, ...USUAL.map((place) => resolve(cwd, place))],
    named: { DATABASE_URL: named },
    hints: () =>
      /^postgres(ql)?:/.test(url ?? "")
        ? ["DATABASE_URL names a PostgreSQL database: doctor scan postgres: reads it"]
        : [],
  };
}

function placesOf(url: string | undefined, cwd: string): string[] {
  const path = /^(?:sqlite:|file:)(.+)$/.exec(url ?? "")?.[1] ?? (url?.endsWith(".db") ? url : undefined);
  return path ? [resolve(cwd, path.replace(/^\/\//, ""))] : [];
}
