import type {
  Block,
  Conversation,
  Defect,
  Json,
  Message,
  Row,
  Unreadable,
} from "../../model/conversation.js";
import { mediaOfBase64 } from "../../model/media.js";
import { asString, hasLoneSurrogate, inputKind, isObject, textBlock, wordOf } from "../../model/text.js";
import type { Damage } from "../../rules/rule.js";
import { holdsResults, refusalsOfBlock } from "./blocks.js";

export interface InstaticMessage extends Message {
  /** The copy of the call id in the row's own column. */
  readonly callIdColumn: string | null;
}

export interface InstaticConversation extends Conversation {
  readonly messages: readonly InstaticMessage[];
}

export interface InstaticRow {
  readonly row: Row;
  readonly role: "user" | "assistant" | "tool";
  readonly position: number;
  readonly callId: string | null;
  readonly toolName: string | null;
  readonly content: Json | undefined;
  readonly unreadable?: Unreadable;
}

/** The model of one row. As in the host, one block that does not decode empties the whole row. */
export function decodeInstatic(stored: InstaticRow): InstaticMessage {
  const { row, content } = stored;
  const base = {
    row,
    role: stored.role,
    position: stored.position,
    created: row.created,
    callIdColumn: stored.callId,
  };
  if (stored.unreadable)
    return {
      ...base,
      blocks: lostResult(stored),
      unreadable: stored.unreadable,
      unreadableRows: [{ row, reason: stored.unreadable }],
    };
  if (!Array.isArray(content))
    return {
      ...base,
      blocks: lostResult(stored),
      unreadable: "shape",
      defects: [{ row, path: "$", expected: "a list of blocks", rule: "invalid-message" }],
    };
  const defects = content.flatMap((block, index) => defectsOf(row, block, index));
  if (defects.length > 0) return { ...base, blocks: lostResult(stored), unreadable: "shape", defects };
  const blocks = content.flatMap((block, index) => decodeBlock(stored, block as Record<string, Json>, index));
  if (stored.role !== "tool")
    return { ...base, blocks, ...(holdsResults(content) && { defects: [wrongRole(row)] }) };
  const result = blocks.find((block) => block.kind === "result");
  // The host sends the first one of a row.
  if (result)
    return { ...base, blocks: blocks.filter((block) => block.kind !== "result" || block === result) };
  return {
    ...base,
    blocks: lostResult(stored),
    defects: [{ row, path: "$", expected: "a toolResult block", rule: "invalid-message" }],
  };
}

function wrongRole(row: Row): Defect {
  return { row, path: "role", expected: "tool", rule: "invalid-message" };
}

/** A tool row that does not decode still answers its call: the host reads it as interrupted. */
function lostResult(stored: InstaticRow): Block[] {
  return stored.role === "tool"
    ? [{ kind: "result", row: stored.row, id: stored.callId ?? "", ok: false }]
    : [];
}

function defectsOf(row: Row, block: Json, index: number): Defect[] {
  return refusalsOfBlock(block).map(({ path, expected }) => ({
    row,
    path: path.replace("$", `$[${index}]`),
    expected,
    rule: path === "$.kind" ? "unknown-block" : "invalid-message",
  }));
}

function decodeBlock(stored: InstaticRow, block: Record<string, Json>, index: number): Block[] {
  const { row } = stored;
  if (block.kind === "text") {
    return stored.role === "tool" ? [] : [textBlock(row, wordOf(block.text))];
  }
  if (block.kind === "image") return [mediaOfBase64(row, asString(block.mimeType) ?? "", block.data, index)];
  if (block.kind === "toolCall")
    return [
      {
        kind: "call",
        row,
        id: wordOf(block.toolCallId),
        name: wordOf(block.toolName),
        input: inputKind(block.input),
        inputEmpty: !isObject(block.input) || Object.keys(block.input).length === 0,
        arguments: block.input,
        loneSurrogate: hasLoneSurrogate(block.input),
      },
    ];
  return [
    {
      kind: "result",
      row,
      id: stored.callId ?? "",
      ok: block.ok === true,
      name: stored.toolName ?? undefined,
      blank: block.error === "",
      text: asString(block.error),
    },
  ];
}

/** Messages whose column tells another call id than their content. */
export function callIdsDiffer({ messages }: InstaticConversation): Damage[] {
  return messages.flatMap((message) => {
    const call = message.blocks.find((block) => block.kind === "call");
    if (message.unreadable || !call || call.id === message.callIdColumn) return [];
    const evidence = { column: message.callIdColumn, content: call.id };
    return [{ row: message.row, message, callId: call.id, evidence }];
  });
}
