import { createHash } from "node:crypto";
import type { Row } from "../model/conversation.js";

/** A hash of the rule and the ids alone, so that it is the same in every run and on every machine. */
export function fingerprintOf(
  rule: string,
  session: string | null,
  row: Pick<Row, "table" | "id">,
  variant = "",
): string {
  const parts = [rule, session ?? "", row.table, row.id, variant].join("\u0000");
  return createHash("sha256").update(parts).digest("hex").slice(0, 20);
}
