import { DoctorError } from "../../errors.js";
import { cellsOf, type MirroredTable } from "../../files/postgres/mirror.js";
import { changedIn, type RowChange, writeChanges } from "../../files/postgres/write.js";
import { type Cells, digestOf, type Operation } from "../../files/rows.js";
import { keyOf, loadConversations, loadMessages, type Server } from "../../stores/server.js";
import { isAtWork } from "../at-work.js";
import type { JournalWriter } from "../journal.js";
import { judgeTermsOf, planSession, type RepairPlan, type SessionPlan } from "../plan.js";
import { verify } from "../verify.js";
import type { ServerBackup } from "./backup.js";
import { openServerWorkshop, type ServerWorkshop } from "./workshop.js";

/** `written`: the plan as it was made again under the locks. */
type Outcome = { readonly written: SessionPlan } | { readonly reason: string } | "at work";

const CHANGED = { reason: "it was changed after the plan was made" };

/** Writes the plan of one conversation after the other, within a transaction. */
export class SessionWriter {
  readonly #server: Server;
  readonly #plan: RepairPlan;
  readonly #to: { readonly backup: ServerBackup | null; readonly journal: JournalWriter | null };
  readonly #workshop: ServerWorkshop;

  constructor(
    server: Server,
    plan: RepairPlan,
    to: { readonly backup: ServerBackup | null; readonly journal: JournalWriter | null },
  ) {
    this.#server = server;
    this.#plan = plan;
    this.#to = to;
    this.#workshop = openServerWorkshop(server);
  }

  close(): void {
    this.#workshop.close();
  }

  /**
   * Locks the rows, compares, writes, reads back and judges. A conversation that the server refuses to change is as before.
   * @throws DoctorError VERIFY_FAILED, NOT_READABLE
   */
  async write(planned: SessionPlan): Promise<Outcome> {
    const { session } = this.#server;
    await session.query("savepoint conversation");
    try {
      const outcome = await (planned.session === null
        ? this.#writeOrphans(planned)
        : this.#writeConversation(planned.session, planned));
      await session.query("release savepoint conversation");
      return outcome;
    } catch (error) {
      const isOfRows = error instanceof DoctorError && (error.code === "REFUSED" || error.code === "BUSY");
      if (!isOfRows) throw error;
      await session.query("rollback to savepoint conversation");
      return { reason: error.message };
    }
  }

  async #writeConversation(id: string, planned: SessionPlan): Promise<Outcome> {
    const { store, reader, name } = this.#server;
    const bench = await this.#workshop.benchOf(id, true);
    if (!bench) return CHANGED;
    if (isAtWork(bench.look(), await this.#now())) return "at work";
    const terms = judgeTermsOf(store, reader.host, this.#plan.terms);
    const fresh = planSession(bench, terms, this.#plan.options ?? {});
    // The plan also tells the digest of each row as it was.
    if (JSON.stringify(fresh.operations) !== JSON.stringify(planned.operations)) return CHANGED;
    const { db } = this.#workshop.source;
    const changes = fresh.operations.map((operation) => ({
      operation,
      change: {
        ...this.#place(operation),
        from: cellsOf(db, "source", this.#table(operation), operation.id),
        to: writtenCells(operation, cellsOf(db, "main", this.#table(operation), operation.id)),
      },
    }));
    await this.#put(changes, () => loadConversations(this.#server, this.#server.mirror, [id]));
    verify(store, reader, name, this.#plan, fresh);
    this.#server.mirror.clear();
    this.#to.backup?.add(db);
    return { written: fresh };
  }

  /** Rows without an owner are removed if they are as the plan saw them. */
  async #writeOrphans(planned: SessionPlan): Promise<Outcome> {
    const { mirror, messages } = this.#server;
    const ids = planned.operations.map(({ id }) => id);
    mirror.clear();
    await loadMessages(this.#server, keyOf(messages), ids, true);
    const changes = planned.operations.map((operation) => ({
      operation,
      change: {
        ...this.#place(operation),
        from: cellsOf(mirror.db, "main", messages, operation.id),
        to: null,
      },
    }));
    const isSame = changes.every(
      ({ operation, change }) =>
        operation.kind === "delete" && change.from && digestOf(change.from) === operation.before,
    );
    if (!isSame) return CHANGED;
    this.#to.backup?.addRows(mirror.db, messages);
    await this.#put(changes, () => loadMessages(this.#server, keyOf(messages), ids));
    mirror.clear();
    return { written: planned };
  }

  /** Writes changes, reads the rows back, and compares them and tells them to the journal. */
  async #put(
    changes: readonly { readonly operation: Operation; readonly change: RowChange }[],
    readBack: () => Promise<unknown>,
  ): Promise<void> {
    const { session, mirror, name } = this.#server;
    await writeChanges(
      session,
      changes.map(({ change }) => change),
    );
    mirror.clear();
    await readBack();
    mirror.commit();
    for (const { operation, change } of changes) {
      const { table, id } = change;
      const after = cellsOf(mirror.db, "main", table, id);
      if (!isAsMeant(change, after))
        throw new DoctorError(
          "VERIFY_FAILED",
          `${name}: ${table.name} ${id} is not as it was written; rolled back`,
        );
      const rowid = operation.kind === "insert" ? 0 : operation.rowid;
      this.#to.journal?.add({
        table: table.name,
        rowid,
        id,
        rules: operation.rules,
        before: change.from,
        after,
      });
    }
  }

  #table({ table }: Operation): MirroredTable {
    const { conversations, messages } = this.#server;
    return table === conversations.name ? conversations : messages;
  }

  #place(operation: Operation): Pick<RowChange, "table" | "id"> {
    return { table: this.#table(operation), id: operation.id };
  }

  /** The server's clock, ms since 1970. */
  async #now(): Promise<number> {
    const { rows } = await this.#server.session.query("select extract(epoch from clock_timestamp()) * 1000");
    return Number(rows[0]?.[0]);
  }
}

/** A new row gets the server's own defaults where the plan gives no value. */
function writtenCells({ kind }: Operation, cells: Cells | null): Cells | null {
  if (kind !== "insert" || cells === null) return cells;
  return Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== null));
}

/** True if the server has just what was written. */
export function isAsMeant({ to }: Pick<RowChange, "to">, after: Cells | null): boolean {
  if (to === null || after === null) return to === after;
  return changedIn({ from: after, to }).length === 0;
}
