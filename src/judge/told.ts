import { isObject } from "../model/text.js";
import { toldMime, toldName, toldWord } from "../model/told.js";

/** The stored words that a finding quotes, by their name in the evidence. No report holds free text. */
const QUOTED: Readonly<Record<string, (text: string) => string>> = {
  tool: toldName,
  type: toldName,
  model: toldName,
  parent: toldName,
  tail: toldName,
  revertTo: toldName,
  names: toldName,
  project: toldName,
  content: toldName,
  finish: toldWord,
  mime: toldMime,
};

/** The evidence, with quoted words that do not match the grammar of their kind replaced. */
export function toldEvidence(evidence: Record<string, unknown>): Record<string, unknown> {
  const told = Object.entries(evidence).map(([name, value]) => [name, toldValue(name, value)] as const);
  return told.some(([name, value]) => value !== evidence[name]) ? Object.fromEntries(told) : evidence;
}

function toldValue(name: string, value: unknown): unknown {
  const quote = Object.hasOwn(QUOTED, name) ? QUOTED[name] : undefined;
  if (typeof value === "string") return quote ? quote(value) : value;
  if (name === "media" && Array.isArray(value))
    return value.map((one: unknown) => (isObject(one) ? toldEvidence(one) : one));
  if (name === "inSessionByModel" && isObject(value)) return countsByName(value);
  return value;
}

function countsByName(counts: Record<string, unknown>): Record<string, number> {
  const told = new Map<string, number>();
  for (const [name, number] of Object.entries(counts))
    told.set(toldName(name), (told.get(toldName(name)) ?? 0) + Number(number));
  return Object.fromEntries(told);
}
