import { type Finding, rank, type Severity } from "../model/report.js";

/** Beyond this many of one rule in one conversation, or conversations in one file, the table folds. */
export const SAME_RULE = 3;
const CONVERSATIONS = 40;

/** What the table tells of a file: of a hundred thousand findings no more is kept. */
export interface Section {
  findings: number;
  readonly conversations: Map<string | null, Told>;
  /** Conversations beyond those. */
  readonly folded: Set<string | null>;
}
/** `findings`: the first of each rule and severity; `seen`: how many there are of them. */
export interface Told {
  readonly findings: Finding[];
  readonly seen: Map<string, number>;
}

/** By the path of the input. */
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

/** Null where the conversation is one too many. */
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
