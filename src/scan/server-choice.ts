import { selected } from "../files/postgres/mirror.js";
import { keyOf, type Server } from "../stores/server.js";
import { chosenId } from "./session-choice.js";

/**
 * The conversations of a server that the user means, and the words that fit none.
 * @throws DoctorError USAGE if several fit
 */
export async function chooseOnServer(
  { session, conversations, mirror, reader, name }: Server,
  wanted: readonly string[],
): Promise<{ ids: string[]; missing: { wanted: string }[] }> {
  const key = keyOf(conversations);
  const known = await session.query(`select t.${key} from ${conversations.name} t where t.${key} = any($1)`, [
    wanted,
  ]);
  const exact = new Set(known.rows.map(([id]) => id));
  const isListed = wanted.every((id) => exact.has(id));
  if (!isListed)
    await session.stream(
      `select ${selected(conversations, "t")} from ${conversations.name} t`,
      [],
      (row) => void mirror.add(conversations, row),
    );
  const chosen = wanted.map((id) => ({ id, is: exact.has(id) ? id : chosenId(reader, id, name) }));
  mirror.clear();
  return {
    ids: chosen.flatMap(({ is }) => is ?? []),
    missing: chosen.filter(({ is }) => is === null).map(({ id }) => ({ wanted: id })),
  };
}
