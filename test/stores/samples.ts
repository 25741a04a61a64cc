import { lineFixtures } from "../support/lines.js";

const TOY = [
  '{"toy":"user","says":[{"text":"hi"}]}',
  '{"toy":"assistant","says":[{"call":"look","id":"c1","with":{"a":1.0}}]}',
  '{"toy":"tool","says":[{"answer":"seen","to":"c1"},{"answer":"stray","to":"c9"}]}',
  '{"toy":"tool","says":[{"answer":"lost","to":"c8"}]}',
  '{"toy":"user","says":[{"text":"and?"}]}',
  "",
].join("\n");

/**
 * A file of lines with one damage that a default repair mends: the first such fixture of the store.
 * @throws Error where the store has none: add one
 */
export function damagedLines(store: string): { readonly text: string; readonly rule: string } {
  if (store === "toy") return { text: TOY, rule: "orphan-tool-result" };
  const fixture = lineFixtures().find((one) => one.store === store && one.severity === "error");
  if (!fixture) throw new Error(`no fixtures/rules/RULE.${store}.error.lines`);
  return { text: fixture.bytes.toString("utf8"), rule: fixture.rule };
}
