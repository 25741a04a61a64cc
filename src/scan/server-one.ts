import { noSession } from "../errors.js";
import { keyOf, loadConversations, READING, withServer } from "../stores/server.js";
import { type Found, only } from "./found.js";
import { chooseOnServer } from "./server-choice.js";

/**
 * Reads one conversation of a PostgreSQL database. Without an id, it must hold only one.
 * @throws DoctorError NOT_FOUND, USAGE, and the errors of connecting
 */
export function fromServer(name: string, sessionId: string | undefined, full: boolean): Promise<Found> {
  return withServer(name, READING, async (server) => {
    const { session, conversations, mirror, reader } = server;
    const ids =
      sessionId === undefined
        ? (await session.query(`select ${keyOf(conversations)} from ${conversations.name} order by 1`)).rows
        : (await chooseOnServer(server, [sessionId])).ids.map((id) => [id]);
    if (sessionId !== undefined && ids.length === 0) throw noSession(name, sessionId);
    const id = String(only(ids, name, ([one]) => String(one))[0]);
    const handle = (await loadConversations(server, mirror, [id])).get(id);
    if (handle === undefined) throw noSession(name, id);
    return { conversation: reader.read(handle, full), recorded: reader.hostVersion(), host: reader.host };
  });
}
