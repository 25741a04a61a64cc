import type { Block, CallBlock, Conversation, Message, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { pairCalls } from "../model/pairing.js";
import type { Finding } from "../model/report.js";
import { toldMime, toldName, toldWord } from "../model/told.js";
import { storeOf } from "../stores/index.js";

/** One row of the timeline: a message, or a piece of one. */
export interface Entry {
  readonly row: string;
  readonly table: string;
  /** ms since 1970. */
  readonly time: number | null;
  /** ms since the previous entry, if the pause was long. */
  readonly gapMs?: number;
  readonly type: string;
  readonly tool?: string;
  readonly callId?: string;
  readonly status?: string;
  readonly error?: string;
  readonly length?: number;
  readonly position?: number;
  /** The row with the result of this call, or with the call of this result. */
  readonly joins?: string;
  /** The place of the entry in its step. */
  readonly step?: "open" | "inside" | "close";
  readonly text?: string;
  readonly findings: readonly { rule: string; severity: string }[];
}

/** The shortest pause that is shown (ms). */
const LONG_GAP = 30_000;

/** The rows of the conversation in the order in which the host reads them, each with its findings. */
export function timelineOf(
  conversation: Conversation,
  findings: readonly Finding[],
  showContent: boolean,
): Entry[] {
  const joins = joinedRows(conversation);
  // In stores that keep a message in one row, the entries are its pieces.
  const hasRowsOfMessages = storeOf(conversation).showsPosition === true;
  const byRow = findingsByRow(conversation, findings);
  const entries: Entry[] = [];
  let before: number | null = null;
  const add = (
    row: Row,
    time: number | null,
    rest: Omit<Entry, "row" | "table" | "time" | "findings">,
    own = true,
  ) => {
    const gapMs = time !== null && before !== null ? time - before : 0;
    if (time !== null) before = time;
    entries.push({
      row: row.id,
      table: row.table,
      time,
      ...(Math.abs(gapMs) >= LONG_GAP && { gapMs }),
      ...rest,
      findings: own ? (byRow.get(row.id) ?? []) : [],
    });
  };
  for (const message of conversation.messages) {
    const single = hasRowsOfMessages;
    if (!single || message.blocks.length === 0)
      add(message.row, message.row.created, messageEntry(message, single));
    let step: Entry["step"];
    message.blocks.forEach((block, index) => {
      if (block.kind === "step-start") step = "open";
      else if (block.kind === "step-finish") step = "close";
      else if (step === "open") step = "inside";
      const position = single
        ? {
            position: message.position,
            ...(index === 0 && { type: `${message.role} ${blockEntry(block).type}` }),
          }
        : {};
      const text = showContent && "text" in block && block.text !== undefined ? { text: block.text } : {};
      add(
        block.row,
        block.row.created,
        { ...blockEntry(block), ...position, ...text, ...joinOf(block, joins), ...(step && { step }) },
        !single || index === 0,
      );
      if (step === "close") step = undefined;
    });
    for (const { row, reason } of message.unreadableRows ?? [])
      if (row !== message.row) add(row, row.created, { type: "unreadable", status: reason });
  }
  return entries;
}

function findingsByRow(conversation: Conversation, findings: readonly Finding[]) {
  const byRow = new Map<string, { rule: string; severity: string }[]>();
  for (const { rule, severity, part, message } of findings)
    addTo(byRow, part ?? message ?? conversation.row.id, { rule, severity });
  return byRow;
}

function messageEntry(
  message: Message,
  hasPosition: boolean,
): Omit<Entry, "row" | "table" | "time" | "findings"> {
  return {
    type: message.role,
    ...(hasPosition && { position: message.position }),
    ...(message.unreadable && { status: `unreadable: ${message.unreadable}` }),
    ...(message.finish && { status: toldWord(message.finish) }),
    ...(message.role === "assistant" && message.completed === null && { status: "never completed" }),
    ...(message.error && {
      error: `${toldName(message.error.name)}${message.error.status ? ` ${message.error.status}` : ""}`,
    }),
  };
}

function blockEntry(block: Block): Omit<Entry, "row" | "table" | "time" | "findings"> {
  switch (block.kind) {
    case "text":
    case "thinking":
      return {
        type: block.kind,
        length: block.length,
        ...(block.blank && { status: block.blank === "empty" ? "empty" : "blank" }),
      };
    case "call":
      return callEntry(block);
    case "result":
      return { type: "result", callId: block.id, status: block.ok ? "ok" : "error" };
    case "media":
      return { type: "media", status: block.problem ?? toldMime(block.mime) };
    case "compaction":
      return { type: "compaction" };
    default:
      return { type: toldWord(block.type), ...(block.reason && { status: toldWord(block.reason) }) };
  }
}

function callEntry(call: CallBlock): Omit<Entry, "row" | "table" | "time" | "findings"> {
  const notes = [
    call.interrupted && "interrupted",
    call.input !== "object" ? `input ${call.input}` : call.inputEmpty && "input {}",
  ];
  return {
    type: "tool",
    tool: toldName(call.name),
    callId: call.id,
    ...(call.state && { status: [call.state, ...notes.filter(Boolean)].join(", ") }),
    ...(call.error && { error: toldError(call.error) }),
  };
}

/** The error text if the host wrote it, else only its length: a tool's error may quote its input or output. */
function toldError(error: string): string {
  const isOfHost =
    /^(Tool execution |Tool output |\[Tool |The user (rejected|dismissed)|The tool call was)/.test(error) &&
    error.length < 80;
  return isOfHost ? error : `${error.length} characters`;
}

function joinedRows(conversation: Conversation): Map<Row, Row> {
  const joins = new Map<Row, Row>();
  for (const { block, result } of pairCalls(conversation.messages).calls)
    if (result) {
      joins.set(block.row, result.block.row);
      joins.set(result.block.row, block.row);
    }
  return joins;
}

function joinOf(block: Block, joins: ReadonlyMap<Row, Row>): { joins?: string } {
  const other = block.kind === "call" || block.kind === "result" ? joins.get(block.row) : undefined;
  return other ? { joins: other.id } : {};
}
