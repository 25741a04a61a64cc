import { keyOf, type Server } from "../../stores/server.js";
import { markOf } from "../identity.js";

/** How many of the first and of the last conversations are marked. */
const MARKED = 32;

/** Marks by which a database is known again: hashes of the ids of some of its conversations. */
export async function serverMarks({ session, conversations }: Server): Promise<string[]> {
  const key = keyOf(conversations);
  const ids = async (order: string) =>
    (await session.query(`select ${key} from ${conversations.name} order by ${key} ${order} limit ${MARKED}`))
      .rows;
  return [...new Set([...(await ids("asc")), ...(await ids("desc"))].map(([id]) => markOf(id ?? "")))];
}

/** True where one of the marks is that of a conversation which the database still has. */
export async function hasMark(
  { session, conversations }: Server,
  marks: readonly string[],
): Promise<boolean> {
  const wanted = new Set(marks);
  let isFound = false;
  await session.stream(`select ${keyOf(conversations)} from ${conversations.name}`, [], ([id]) => {
    isFound ||= wanted.has(markOf(id ?? ""));
  });
  return isFound;
}
