import { listedRow } from "../../files/sqlite.js";
import { rowOf } from "../../files/tables.js";
import type { JsonObject, Plain } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import type { Skimmed } from "../reader.js";
import { decodeMessage, type Loaded, type OpencodeMessage } from "./decode/message.js";
import { documentOf, isCut, isShortened } from "./decode/rows.js";
import { decodeSession, type OpencodeConversation, type SessionRow } from "./decode/session.js";
import { stepOf } from "./decode/step-texts.js";
import { plainOf } from "./plain.js";
import type { Queries } from "./queries.js";
import { assemble, byRowId, load, type RawRow, readSession } from "./read.js";
import { MESSAGE, PART } from "./tables.js";

/** `message`: null where the part names another session than its message. */
type SkimmedPart = [data: unknown, id: unknown, message: number | null];
/** The rest of a part's row, as the queries of `read` select it, and without its content. */
type PartFacts = [
  data: null,
  size: number,
  rowid: number,
  id: unknown,
  created: unknown,
  updated: unknown,
  message: number,
  stray: string | null,
];
type Document = JsonObject | "json" | "not-text";

/** The rows of a conversation, with all but long outputs and URLs. */
interface Skim {
  readonly session: SessionRow;
  readonly parts: readonly SkimmedPart[];
  readonly messages: readonly RawRow[];
  /** Of each part; a stand-in where the part is a step as hosts write it. */
  readonly ofParts: readonly Document[];
  readonly steps: readonly (JsonObject | undefined)[];
  readonly ofMessages: readonly Document[];
}

/** Looks at a conversation quickly. If it has to be judged, the rows that were fetched are not fetched again. */
export function skimSession(queries: Queries, handle: number): Skimmed<OpencodeConversation> {
  const session = listedRow(queries.session, handle) as SessionRow;
  const parts = queries.skimParts.all(session.id) as SkimmedPart[];
  const messages = queries.allMessages.all(session.id) as RawRow[];
  const steps = parts.map(([data]) => stepOf(data));
  const ofParts = parts.map(([data], at) => steps[at] ?? documentOf(data));
  const skim = {
    session,
    parts,
    messages,
    steps,
    ofParts,
    ofMessages: messages.map(([data]) => documentOf(data)),
  };
  const plain = plainIn(skim);
  return {
    messages: messages.length,
    parts: parts.length,
    plain,
    read(full = false) {
      const conversation = readRest(queries, skim, full) ?? readSession(queries, handle, full);
      return plain ? { ...conversation, plain } : conversation;
    },
  };
}

/** Null where a rule may find something. */
function plainIn({ session, parts, messages, ofParts, steps, ofMessages }: Skim): Plain | null {
  const byMessage = new Map<number, Loaded[]>();
  let at = 0;
  for (const [, id, message] of parts) {
    const isTaken = steps[at] !== undefined;
    const data = ofParts[at++];
    if (data === undefined || typeof data === "string" || message === null || typeof id !== "string")
      return null;
    addTo(byMessage, message, { row: rowOf(PART, id), data, isTaken });
  }
  const decoded: OpencodeMessage[] = [];
  for (const [, , rowid, id, created] of messages) {
    const data = ofMessages[decoded.length];
    if (
      data === undefined ||
      typeof data === "string" ||
      typeof id !== "string" ||
      typeof created !== "number"
    )
      return null;
    const row = rowOf(MESSAGE, id, rowid, created);
    const own = (byMessage.get(rowid) ?? []).sort(byRowId);
    const message = decodeMessage({ row, data }, own, decoded.length);
    if (message.defects) return null;
    decoded.push(message);
  }
  return plainOf(decodeSession(session, [], 0), decoded);
}

/** The conversation of rows that were skimmed; null where they are not the rows of now. `full`: with every row whole. */
function readRest(queries: Queries, skim: Skim, full: boolean): OpencodeConversation | null {
  const { session, parts, messages, steps, ofParts, ofMessages } = skim;
  const facts = queries.partFacts.all(session.id) as PartFacts[];
  if (facts.length !== parts.length) return null;
  const byMessage = new Map<number, Loaded[]>();
  for (const [at, raw] of facts.entries()) {
    const [data, id] = parts[at] ?? [];
    const [, size, rowid, ownId, , , message, stray] = raw;
    if (id !== ownId) return null;
    const isStandIn = steps[at] !== undefined;
    const isWanting = full ? isShortened(data, size) : isCut(data, size);
    const document = isWanting
      ? documentOf((full ? queries.fullPart : queries.shortPart).get(rowid))
      : isStandIn
        ? documentOf(data)
        : (ofParts[at] ?? documentOf(data));
    addTo(byMessage, message, load(PART, raw, document, stray, queries.halves));
  }
  return assemble(
    session,
    messages.map((raw, at) => ({
      message: load(MESSAGE, raw, ofMessages[at] ?? documentOf(raw[0]), null),
      parts: (byMessage.get(raw[2]) ?? []).sort(byRowId),
    })),
  );
}
