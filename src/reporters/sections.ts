import { type Finding, rank, type Severity } from "../model/report.js";

/** The most findings of one rule and conversation, and the most conversations of one file, that the table lists. */
export const SAME_RULE = 3;
const CONVERSATIONS = 40;

/** The part of a file's findings that the table lists. Only this part is kept in memory. */
export interface Section {
  findings: number;
  readonly conversations: Map<string | null, Told>;
  /** Conversations that are not listed. */
  readonly folded: Set<string | null>;
}
/** `findings`: the first ones of each rule and severity. `seen`: the number of all. */
export interface Told {
  readonly findings: Finding[];
  readonly seen: Map<string, number>;
}

/** The sections by the path of the input. */
export function sectionsOf(findings: Iterable<Finding>, show: Severity): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const finding of findings) {
    if (rank[finding.severity] > rank[show]) continue;
    const section = sections.get(finding.input) ?? {
      findings: 0,
      conversations: new Map(),
      folded: new Set(),
    };
    sections.set(finding.input, section);
    section.findings++;
    const told = toldOf(section, finding.session);
    if (!told) continue;
    const key = `${finding.rule} ${finding.severity}`;
    const before = told.seen.get(key) ?? 0;
    told.seen.set(key, before + 1);
    if (before < SAME_RULE) told.findings.push(finding);
  }
  return sections;
}

/** The entry of a conversation; null if the section already lists the most conversations. */
function toldOf({ conversations, folded }: Section, session: string | null): Told | null {
  const known = conversations.get(session);
  if (known) return known;
  if (conversations.size === CONVERSATIONS) {
    folded.add(session);
    return null;
  }
  const told: Told = { findings: [], seen: new Map() };
  conversations.set(session, told);
  return told;
}
