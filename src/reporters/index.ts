import type { Reporter } from "./reporter.js";

/** The reporters by format. Each is loaded only when it is used. */
const LOADERS = {
  table: async () => (await import("./table.js")).table,
  json: async () => (await import("./json.js")).json,
  ndjson: async () => (await import("./ndjson.js")).ndjson,
  sarif: async () => (await import("./sarif.js")).sarif,
  junit: async () => (await import("./junit.js")).junit,
  github: async () => (await import("./github.js")).github,
  html: async () => (await import("./html/page.js")).page,
  markdown: async () => (await import("./markdown.js")).markdown,
} satisfies Record<string, () => Promise<Reporter>>;

export const FORMATS = Object.keys(LOADERS) as (keyof typeof LOADERS)[];

export function loadReporter(format: string): Promise<Reporter> {
  return LOADERS[format as keyof typeof LOADERS]();
}
