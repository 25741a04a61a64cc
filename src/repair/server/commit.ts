import { DoctorError } from "../../errors.js";
import { connect, type Session } from "../../files/postgres/session.js";

/** How long (ms) and how often the server is asked whether a commit that got no answer took place. */
const PATIENCE = [0, 200, 500, 1000, 2000, 4000];

/** The number of the transaction, by which the server knows it afterwards. */
export async function transactionOf(session: Session): Promise<string> {
  const { rows } = await session.query("select txid_current()");
  return rows[0]?.[0] ?? "";
}

/**
 * Commits. If the connection is lost before the answer, asks the server what became of the transaction. False where it did
 * not take place.
 * @throws DoctorError INTERNAL where nobody knows
 */
export async function commit(
  session: Session,
  transaction: string,
  beside: readonly string[],
): Promise<boolean> {
  try {
    await session.query("commit");
    return true;
  } catch (error) {
    for (const wait of PATIENCE) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const state = await stateOf(session.name, transaction);
      if (state === "committed") return true;
      if (state === "aborted") return false;
    }
    throw new DoctorError(
      "INTERNAL",
      `${session.name}: the connection was lost while the changes were committed, and the server does not tell whether they were (${error instanceof Error ? error.message : ""})`,
      `scan it again; kept for the case that they were: ${beside.join(", ")}`,
    );
  }
}

/** The state of a transaction as the server tells it; null where the server does not answer. */
async function stateOf(name: string, transaction: string): Promise<string | null> {
  try {
    const asking = await connect(name);
    try {
      return (await asking.query("select txid_status($1)", [transaction])).rows[0]?.[0] ?? null;
    } finally {
      await asking.close();
    }
  } catch {
    return null;
  }
}
