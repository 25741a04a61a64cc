import { addTo } from "../../model/group.js";
import type { Damage } from "../../rules/rule.js";
import { comesFrom } from "../chain.js";
import type { ClaudeConversation } from "./conversation.js";
import type { ClaudeEntry } from "./entry.js";
import { wayOf } from "./way.js";

/** The places at which Claude Code's walk from the leaf up to the root misses rows of the file, or comes back to itself. */
export function claudeLosses(conversation: ClaudeConversation): Damage[] {
  return [...gaps(conversation), ...roots(conversation), ...circles(conversation), ...branches(conversation)];
}

/** Rows whose parent is nowhere in the file. A prompt that was queued just before tells that it is the one that is gone. */
function gaps(conversation: ClaudeConversation): Damage[] {
  const { links, byId } = conversation;
  const parentOf = (id: string) => byId.get(id)?.parent ?? null;
  return links.flatMap((link, at): Damage[] => {
    const { parent, row } = link;
    const before = links[at - 1];
    if (parent === null || byId.has(parent)) return [];
    const queued = queuedBefore(conversation, link, before);
    if (queued !== undefined) {
      const evidence = { problem: "prompt", parent, to: before?.id ?? null, length: queued.length };
      return [{ row, evidence }];
    }
    if (!before) return [];
    // A row that was moved may stand behind rows that come from it.
    const to = links.slice(0, at).findLast(({ id }) => !comesFrom(id, link, parentOf))?.id ?? null;
    const evidence = { problem: "missing-parent", parent, to };
    return [{ row, evidence, ...(before !== links[0] && { variant: "gap" }) }];
  });
}

/** The prompt that was queued between two rows of the tree, where the second is none itself. */
export function queuedBefore(
  { entries }: Pick<ClaudeConversation, "entries">,
  link: ClaudeEntry,
  before: ClaudeEntry | undefined,
): string | undefined {
  return link.message?.role === "user" ? undefined : queuedBetween(entries, before, link);
}

/** The text of the last prompt that was queued between two rows. */
export function queuedBetween(
  entries: readonly ClaudeEntry[],
  before: ClaudeEntry | undefined,
  link: ClaudeEntry,
): string | undefined {
  return entries.findLast(({ at, queued }) => queued !== undefined && at < link.at && at > (before?.at ?? -1))
    ?.queued;
}

/**
 * Rows without a parent in the middle of the file. A session that begins anew writes its surroundings behind its first
 * prompt, as it did behind the first one of the file.
 */
function roots({ links }: ClaudeConversation): Damage[] {
  const [first] = links;
  const surrounded = new Set(
    links.flatMap(({ type, parent }) => (type === "attachment" ? (parent ?? []) : [])),
  );
  if (!first || !surrounded.has(first.id)) return [];
  return links.flatMap((link, at): Damage[] => {
    const before = links[at - 1];
    if (link.parent !== null || link.isBoundary || !before || surrounded.has(link.id)) return [];
    return [{ row: link.row, evidence: { problem: "root", to: before.id } }];
  });
}

/** Rows that hang on a later one, which hangs on them. */
function circles({ links, byId }: ClaudeConversation): Damage[] {
  return links.flatMap((link, at): Damage[] => {
    const parent = byId.get(link.parent ?? "");
    if (!parent || parent.at < link.at || !leadsTo(parent, link, byId)) return [];
    return [
      { row: link.row, evidence: { problem: "cycle", to: links[at - 1]?.id ?? null }, variant: "cycle" },
    ];
  });
}

function leadsTo(from: ClaudeEntry, to: ClaudeEntry, byId: ReadonlyMap<string, ClaudeEntry>): boolean {
  const seen = new Set<ClaudeEntry>();
  for (let at: ClaudeEntry | undefined = from; at && !seen.has(at); at = byId.get(at.parent ?? "")) {
    if (at === to) return true;
    seen.add(at);
  }
  return false;
}

/**
 * Branches that a second process wrote: they are not resumed, though they grew while or after the resumed one was begun. A
 * person who goes back and writes on leaves a branch that ended before the next began.
 */
function branches(conversation: ClaudeConversation): Damage[] {
  const { links, leaf } = conversation;
  const way = new Set(wayOf(conversation, true));
  const children = new Map<string, ClaudeEntry[]>();
  for (const link of links) if (link.parent !== null) addTo(children, link.parent, link);
  return [...children.values()].flatMap((heads): Damage[] => {
    const resumed = heads.find((head) => way.has(head));
    if (heads.length < 2 || !resumed || !leaf) return [];
    return heads.flatMap((head): Damage[] => {
      if (way.has(head)) return [];
      const own = below(head, children);
      const end = Math.max(...own.map(({ at }) => at));
      if (end < resumed.at || !own.some(isTurn)) return [];
      const last = own.find(({ at }) => at === end) ?? head;
      const place = placeFor(head, last, resumed, way) ?? { to: leaf.id };
      return [{ row: head.row, evidence: { problem: "branch", entries: own.length, ...place } }];
    });
  });
}

/**
 * Where a branch goes that began before the last row of the resumed one: Claude Code finds rows behind its leaf only if they
 * stand behind it in the file. It goes before the next prompt, else before the last one since the fork.
 */
function placeFor(
  head: ClaudeEntry,
  end: ClaudeEntry,
  resumed: ClaudeEntry,
  way: ReadonlySet<ClaudeEntry>,
): { readonly to: string; readonly before: string; readonly end: string } | undefined {
  const since = [...way].filter(({ at }) => at >= resumed.at);
  if ((since.at(-1)?.at ?? 0) < head.at) return undefined;
  const prompts = since.filter((entry) => entry.parent !== null && isPrompt(entry));
  const next = prompts.find(({ at }) => at > head.at) ?? prompts.at(-1);
  return next && { to: next.parent ?? "", before: next.id, end: end.id };
}

function isPrompt(entry: ClaudeEntry): boolean {
  const { role, blocks } = entry.message ?? {};
  return isTurn(entry) && role === "user" && blocks?.every(({ kind }) => kind !== "result") === true;
}

function isTurn({ message }: ClaudeEntry): boolean {
  return message !== undefined && !message.isError && !message.isNote;
}

function below(head: ClaudeEntry, children: ReadonlyMap<string, readonly ClaudeEntry[]>): ClaudeEntry[] {
  const found = new Set([head]);
  for (const link of found) for (const child of children.get(link.id) ?? []) found.add(child);
  return [...found];
}
