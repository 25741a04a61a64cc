import { DoctorError } from "../errors.js";
import type { JsonObject, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { LineEditor } from "./line-editor.js";

/** A row of a file that names the row before it. `key`: its place in the file. */
export interface Link {
  readonly key: number;
  readonly row: Row;
  readonly id: string;
  readonly parent: string | null;
}

/** The links by id; of an id that stands twice the last one counts, as in the hosts. */
export function linksById<L extends Link>(links: readonly L[]): Map<string, L> {
  return new Map(links.map((link) => [link.id, link]));
}

/** The way from a leaf up to its root, root first. `loop`: the link at which it came back to itself. */
export function pathTo<L extends Link>(
  leaf: L | undefined,
  above: (link: L) => L | undefined,
): { readonly path: readonly L[]; readonly loop?: L } {
  const seen = new Set<L>();
  for (let at = leaf; at; at = above(at)) {
    if (seen.has(at)) return { path: [...seen].reverse(), loop: at };
    seen.add(at);
  }
  return { path: [...seen].reverse() };
}

/** True if the way from a row up to its root goes through the link. `parentOf`: of an id; null at a root. */
export function comesFrom(id: string, link: Link, parentOf: (id: string) => string | null): boolean {
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null && !seen.has(at); at = parentOf(at)) {
    if (at === link.id) return true;
    seen.add(at);
  }
  return false;
}

/** Branches that leave one row, in the order of their first lines. */
export interface Fork<L extends Link> {
  readonly at: L;
  readonly branches: readonly Branch<L>[];
}

export interface Branch<L extends Link> {
  readonly first: L;
  /** Every row below, in the order of the file. */
  readonly links: readonly L[];
}

/** The rows from which several branches go on. Rows of no branch, such as those in a circle, are left out. */
export function forksOf<L extends Link>(links: readonly L[]): Fork<L>[] {
  const children = new Map<string, L[]>();
  for (const link of links) if (link.parent !== null) addTo(children, link.parent, link);
  const byId = linksById(links);
  return [...children].flatMap(([id, heads]) => {
    const at = byId.get(id);
    if (!at || heads.length < 2) return [];
    return [{ at, branches: heads.map((first) => ({ first, links: below(first, children) })) }];
  });
}

function below<L extends Link>(first: L, children: ReadonlyMap<string, readonly L[]>): L[] {
  const found = new Set([first]);
  for (const link of found) for (const child of children.get(link.id) ?? []) found.add(child);
  return [...found].sort((one, other) => one.key - other.key);
}

/** Changes links of a chain, and keeps every row below where it belongs. */
export class ChainEditor<L extends Link> {
  readonly #editor: LineEditor;
  readonly #parentKey: string;
  readonly #parents = new Map<L, string | null>();
  readonly #children = new Map<string, Set<L>>();
  readonly #byId: Map<string, L>;
  readonly #ids: Set<string>;
  readonly #copies: readonly L[];

  /** `copies`: rows whose id one of the links has. Hosts do not look at them while the link is there. */
  constructor(editor: LineEditor, links: readonly L[], copies: readonly L[], parentKey: string) {
    this.#editor = editor;
    this.#parentKey = parentKey;
    this.#copies = copies;
    this.#byId = linksById(links);
    this.#ids = new Set(this.#byId.keys());
    for (const link of links) {
      this.#parents.set(link, link.parent);
      if (link.parent !== null) this.#childrenOf(link.parent).add(link);
    }
  }

  /** Takes an id that no row has. */
  claim(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }

  parentOf(link: L): string | null {
    return this.#parents.get(link) ?? null;
  }

  #parentOfId(id: string): string | null {
    const link = this.#byId.get(id);
    return link ? this.parentOf(link) : null;
  }

  children(id: string): readonly L[] {
    return [...this.#childrenOf(id)];
  }

  /** @throws DoctorError REFUSED where the link would come from itself */
  hang(link: L, parent: string | null): void {
    const before = this.parentOf(link);
    if (before === parent) return;
    if (parent !== null && comesFrom(parent, link, (id) => this.#parentOfId(id)))
      throw new DoctorError("REFUSED", "the row would hang on one that hangs on it");
    if (before !== null) this.#childrenOf(before).delete(link);
    if (parent !== null) this.#childrenOf(parent).add(link);
    this.#parents.set(link, parent);
    this.#editor.update(link.row, (value) => ({ ...value, [this.#parentKey]: parent }));
  }

  /** Takes a row out, and its copies, which would stand in for it; the rows below it hang on the one above. */
  remove(link: L): void {
    const parent = this.parentOf(link);
    for (const child of this.children(link.id)) this.hang(child, parent);
    if (parent !== null) this.#childrenOf(parent).delete(link);
    this.#byId.delete(link.id);
    this.#editor.remove(link.row);
    for (const { id, row } of this.#copies) if (id === link.id) this.#editor.remove(row);
  }

  /** Puts a new row between a row and those of its children that are named; answers with its key. */
  insertBehind(
    link: L,
    id: string,
    value: JsonObject,
    children: readonly L[] = this.children(link.id),
  ): number {
    for (const child of children) this.hang(child, id);
    return this.#editor.insertBehind(link.row, id, value);
  }

  #childrenOf(id: string): Set<L> {
    const known = this.#children.get(id) ?? new Set<L>();
    this.#children.set(id, known);
    return known;
  }
}
