import type { Damage } from "../../rules/rule.js";
import { type Branch, comesFrom, type Fork, forksOf } from "../chain.js";
import type { PiConversation } from "./conversation.js";
import { hasId, type PiEntry } from "./entry.js";

/** The places at which pi's walk from the last line up to the root misses entries of the file. */
export function piLosses(conversation: PiConversation): Damage[] {
  return [
    ...unknownParents(conversation),
    ...laterParents(conversation),
    ...forks(conversation),
    ...repeated(conversation),
    ...lostKept(conversation),
    ...strayEnd(conversation),
  ];
}

/** A last line that is no entry: pi goes on from it, and nothing hangs above it. In the middle such a line is passed over. */
function strayEnd({ entries, links }: PiConversation): Damage[] {
  const last = entries.findLast(({ type }) => type !== "broken" && type !== "blank");
  if (last?.type !== "stray" || !links.some(hasId)) return [];
  return [{ row: last.row, evidence: { problem: "stray", entries: links.length } }];
}

/** Entries whose parent is nowhere in the file: the way to the root ends there. */
function unknownParents({ links, byId }: PiConversation): Damage[] {
  return links.flatMap((link, index) => {
    const { parent, row } = link;
    if (parent === null || byId.has(parent)) return [];
    const before = links.slice(0, index).filter(hasId);
    if (before.length === 0) return [];
    const parentOf = (id: string) => byId.get(id)?.parent ?? null;
    // A row that was moved may stand behind rows that come from it.
    const to = before.findLast(({ id }) => !comesFrom(id, link, parentOf))?.id ?? null;
    return [{ row, others: messagesFrom(link, links), evidence: { problem: "missing-parent", parent, to } }];
  });
}

/** Parents that stand behind their children, of entries on the way that comes back to itself. */
function laterParents({ links, byId, loop, path }: PiConversation): Damage[] {
  if (!loop) return [];
  return path.flatMap((link) => {
    const parent = link.parent === null ? undefined : byId.get(link.parent);
    if (!parent || parent.key < link.key) return [];
    const before = links.slice(0, links.indexOf(link)).findLast(hasId);
    return [
      {
        row: link.row,
        others: path.map(({ row }) => row),
        evidence: { problem: "cycle", to: before?.id ?? null },
      },
    ];
  });
}

/** Going back to an earlier entry takes a person longer (ms). */
const AT_ONCE = 1000;

/**
 * Branches that two processes wrote at the same time. A person who goes back in the tree and writes on leaves a branch
 * behind on purpose: that one ended before the next began, or pi wrote a summary of it. The branch of the last line, from
 * which pi goes on, comes last: the others go before it.
 */
function forks(conversation: PiConversation): Damage[] {
  if (conversation.loop) return [];
  return forksOf(conversation.links).flatMap((fork: Fork<PiEntry>) => {
    const branches = [...fork.branches].sort((one, other) => endOf(one) - endOf(other));
    return branches.flatMap((branch, index) => {
      const before = branches[index - 1];
      const end = before?.links.findLast(hasId);
      if (!before || !end || !areAtOnce(before, branch) || !branches.some(holdsTurns)) return [];
      const { row } = branch.first;
      return [{ row, evidence: { problem: "branch", entries: before.links.length, to: end.id } }];
    });
  });
}

function endOf({ links }: Branch<PiEntry>): number {
  return links.at(-1)?.key ?? 0;
}

/** The last line is an entry once more, on which others hang already: pi goes on from it, without them. */
function repeated({ links, copies }: PiConversation): Damage[] {
  const leaf = links.at(-1);
  if (!leaf || !copies.some(({ id }) => id === leaf.id)) return [];
  const entries = links.filter(({ parent }) => parent === leaf.id).length;
  return entries > 0 ? [{ row: leaf.row, evidence: { problem: "twice", entries } }] : [];
}

function areAtOnce({ links: before }: Branch<PiEntry>, { first, links: after }: Branch<PiEntry>): boolean {
  const end = before.at(-1);
  if (!end || ![before, after].every((links) => links.some(({ message }) => message !== undefined)))
    return false;
  if ([before, after].some((links) => links.some(({ type }) => type === "branch_summary"))) return false;
  if (first.key < end.key) return true;
  return end.time !== null && first.time !== null && first.time - end.time < AT_ONCE;
}

function holdsTurns({ links }: Branch<PiEntry>): boolean {
  return links.some(({ message }) => message !== undefined);
}

/** The last compaction keeps what stands from an entry on that is not there. pi names the compaction itself where it keeps nothing. */
function lostKept({ path }: PiConversation): Damage[] {
  const at = path.findLastIndex(({ type }) => type === "compaction");
  const compaction = path[at];
  if (!compaction || compaction.kept === compaction.id) return [];
  const before = path.slice(0, at);
  if (before.some(({ id }) => id === compaction.kept)) return [];
  const prompt = before.findLast(({ message }) => message?.role === "user" && !message.isNote);
  if (!prompt) return [];
  return [{ row: compaction.row, evidence: { problem: "compaction", kept: prompt.id } }];
}

/** The rows of the first messages from an entry on: a request that begins with one is refused for the same reason. */
function messagesFrom(link: PiEntry, links: readonly PiEntry[]) {
  const from = links.indexOf(link);
  return links
    .slice(from, from + 8)
    .flatMap(({ message, row }) => (message ? [row, ...message.blocks.map((block) => block.row)] : []));
}
