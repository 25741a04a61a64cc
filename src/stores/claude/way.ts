import { addTo } from "../../model/group.js";
import { once } from "../../model/once.js";
import type { ClaudeEntry } from "./entry.js";

/** The rows of a session as a tree. */
export interface Tree {
  readonly entries: readonly ClaudeEntry[];
  readonly links: readonly ClaudeEntry[];
  readonly byId: ReadonlyMap<string, ClaudeEntry>;
  readonly leaf: ClaudeEntry | undefined;
}

/** The newest end of the branch that the last prompt names; the last row of the chat where none does. */
export function leafOf(
  entries: readonly ClaudeEntry[],
  links: readonly ClaudeEntry[],
  byId: ReadonlyMap<string, ClaudeEntry>,
): ClaudeEntry | undefined {
  const named = byId.get(entries.findLast(({ leaf }) => leaf !== undefined)?.leaf ?? "");
  const last = links.findLast(({ message }) => message !== undefined) ?? links.at(-1);
  return endOf(named ?? last, links);
}

/** The last row of the file that hangs below a row, or is it. */
function endOf(from: ClaudeEntry | undefined, links: readonly ClaudeEntry[]): ClaudeEntry | undefined {
  if (!from) return undefined;
  const below = new Set([from.id]);
  let end = from;
  for (const link of links)
    if (link.at > from.at && link.parent !== null && below.has(link.parent)) {
      below.add(link.id);
      end = link;
    }
  return end;
}

/**
 * The rows from the root to the leaf, with those beside it that belong to them: pieces of the same answers, the results of
 * their calls, and what a compaction kept. `bridges`: from a row whose parent is not there the way goes on with the row
 * before it in the file.
 */
export function wayOf(tree: Tree, bridges: boolean): readonly ClaudeEntry[] {
  const known = waysOf(tree.links);
  const way = known.get(bridges) ?? walked(tree, bridges);
  known.set(bridges, way);
  return way;
}

/** The ways that were walked, by `bridges`: several rules and the replay ask for the same. */
const waysOf = once((_: Tree["links"]) => new Map<boolean, readonly ClaudeEntry[]>());

function walked({ links, byId, leaf }: Tree, bridges: boolean): readonly ClaudeEntry[] {
  const path: ClaudeEntry[] = [];
  const seen = new Set<ClaudeEntry>();
  for (let at = leaf; at && !seen.has(at); at = above(at, links, byId, bridges)) {
    seen.add(at);
    path.push(at);
  }
  return withKept(withSiblings(path.reverse(), links), byId);
}

function above(
  { parent, at }: ClaudeEntry,
  links: readonly ClaudeEntry[],
  byId: ReadonlyMap<string, ClaudeEntry>,
  bridges: boolean,
): ClaudeEntry | undefined {
  if (parent === null) return undefined;
  const known = byId.get(parent);
  if (known || !bridges) return known;
  const before = links.findLast((link) => link.at < at);
  // The first row is never reached by a bridge.
  return before === links[0] ? undefined : before;
}

/** Puts pieces of the same answers, and the results of their calls, where they stand in the file. */
function withSiblings(path: readonly ClaudeEntry[], links: readonly ClaudeEntry[]): ClaudeEntry[] {
  const onPath = new Set(path);
  const answers = new Set(path.flatMap(({ message }) => message?.answer ?? []));
  const isPiece = ({ message }: ClaudeEntry) => message?.answer !== undefined && answers.has(message.answer);
  const callers = new Set(links.filter(isPiece).map(({ id }) => id));
  const isResult = ({ message }: ClaudeEntry) =>
    message?.role === "user" && message.caller !== undefined && callers.has(message.caller);
  const beside = links.filter((link) => !onPath.has(link) && (isPiece(link) || isResult(link)));
  const way: ClaudeEntry[] = [];
  let next = 0;
  for (const entry of path) {
    for (let link = beside[next]; link && link.at < entry.at; link = beside[++next]) way.push(link);
    way.push(entry);
  }
  return [...way, ...beside.slice(next)];
}

function withKept(way: readonly ClaudeEntry[], byId: ReadonlyMap<string, ClaudeEntry>): ClaudeEntry[] {
  const onWay = new Set(way);
  const behind = new Set<string>();
  const kept = new Map<string, ClaudeEntry[]>();
  for (const { preserved } of way)
    for (const id of preserved?.ids ?? []) {
      const entry = byId.get(id);
      if (!entry || !preserved || behind.has(id) || onWay.has(entry)) continue;
      behind.add(id);
      addTo(kept, preserved.anchor, entry);
    }
  return way.flatMap((entry) => [entry, ...(kept.get(entry.id) ?? [])]);
}
