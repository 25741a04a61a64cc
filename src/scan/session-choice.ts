import { commandToList, DoctorError, noSession } from "../errors.js";
import type { Conversation } from "../model/conversation.js";
import { nearest } from "../nearest.js";
import type { Listed, Reader } from "../stores/reader.js";

/** The shortest beginning of an id that is taken for it. */
const PREFIX = 6;
/** Conversations that the error names if the user has to choose one. */
const SOME = 4;

/**
 * The id of the conversation that the user means: its id, the beginning of it, `latest`, or words of its title.
 * Null where there is none.
 * @throws DoctorError USAGE if several fit
 */
export function chosenId(reader: Reader, wanted: string, path: string): string | null {
  if (reader.handleOf(wanted) !== null) return wanted;
  const all = reader.list();
  if (wanted === "latest") return all[0]?.id ?? null;
  const found = all.filter((one) => isMeant(wanted, one));
  const [only, ...others] = found;
  if (only === undefined || others.length === 0) return only?.id ?? null;
  throw new DoctorError(
    "USAGE",
    `${path}: "${wanted}" fits ${found.length} conversations: ${found
      .slice(0, SOME)
      .map(({ id }) => id)
      .join(", ")}${found.length > SOME ? ", …" : ""}`,
    commandToList(path),
  );
}

/**
 * The same, where it must be there.
 * @throws DoctorError NOT_FOUND, with the nearest id
 */
export function idOf(reader: Reader, wanted: string, path: string): string {
  const id = chosenId(reader, wanted, path);
  if (id !== null) return id;
  throw noSession(path, wanted, nearestTo(reader, wanted));
}

/** The id that a mistyped one is most like. */
export function nearestTo(reader: Reader, wanted: string): string | undefined {
  return nearest(
    wanted,
    reader.list().map(({ id }) => id),
  );
}

/** The id and the title of a conversation that was read. */
export function titled({ id, title }: Conversation): Pick<Listed, "id" | "title"> {
  return { id, title: title ?? null };
}

/** True if the words are the beginning of the id, `latest`, or a part of the title. */
export function isMeant(wanted: string, one: Pick<Listed, "id" | "title">): boolean {
  return wanted === "latest" || isNamed(wanted, one);
}

/**
 * True if the words are the beginning of the id or a part of the title. Requests are numbered: `line 1` is not the
 * beginning of `line 10`.
 */
export function isNamed(wanted: string, { id, title }: Pick<Listed, "id" | "title">): boolean {
  if (id === wanted) return true;
  if (wanted.length >= PREFIX && id.startsWith(wanted) && !id.includes(" ")) return true;
  return title?.toLowerCase().includes(wanted.toLowerCase()) ?? false;
}

export function isOneOf(wanted: readonly string[], one: Pick<Listed, "id" | "title">): boolean {
  return wanted.some((words) => isNamed(words, one));
}
