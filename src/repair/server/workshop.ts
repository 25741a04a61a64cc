import { Mirror } from "../../files/postgres/mirror.js";
import type { Conversation } from "../../model/conversation.js";
import type { Edits } from "../../rules/edits.js";
import { openWorkshop } from "../../stores/bench.js";
import { loadConversations, type Server } from "../../stores/server.js";
import type { RowBench } from "../../stores/store.js";

/** A working copy of one conversation of a server: `source` holds its rows as they are, `main` those that are mended. */
export interface ServerWorkshop {
  readonly source: Mirror;
  /** Null where the server has no such conversation. `lock`: until the end of the transaction. */
  benchOf(id: string, lock?: boolean): Promise<RowBench<Conversation, Edits> | null>;
  close(): void;
}

export function openServerWorkshop(server: Server): ServerWorkshop {
  const { store, name, conversations, messages } = server;
  const { database } = store;
  const made: Mirror[] = [];
  const workshop = openWorkshop(
    (db) => made.push(new Mirror(db, [conversations, messages], { schema: "source" })),
    { ...database, settle: database.server.settle },
    name,
  );
  const source = made[0] ?? new Mirror(workshop.scratch.db, []);
  return {
    source,
    async benchOf(id, lock = false) {
      source.clear();
      const handle = (await loadConversations(server, source, [id], lock)).get(id);
      source.commit();
      return handle === undefined ? null : workshop.benchOf(handle);
    },
    close: () => workshop.scratch.close(),
  };
}
