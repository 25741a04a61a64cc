import type { JsonPath } from "../../files/json-places.js";
import type {
  Block,
  CallBlock,
  Defect,
  Json,
  JsonObject,
  Message,
  ResultBlock,
  Role,
  Row,
} from "../../model/conversation.js";
import { mediaOfBase64, mediaOfUrl } from "../../model/media.js";
import {
  asString,
  blankness,
  hasLoneSurrogate,
  inputKind,
  isObject,
  textBlock,
  wordOf,
} from "../../model/text.js";
import { parseTime } from "../reader.js";
import type { Kept } from "./chain.js";
import { isIgnored, partsOf } from "./records.js";

/** A message as it is stored, or the results that Gemini CLI sends behind it. */
export interface GeminiMessage extends Message {
  /** False for a row that is kept but never sent. */
  readonly isSent: boolean;
  /** False where Gemini CLI leaves out the run of replies in which the message stands. */
  readonly isValid: boolean;
}

/** The model's messages of one stored message: itself, and the results that it holds. */
export function decodeMessage(kept: Kept, position: number, paths: Map<Row, JsonPath>): GeminiMessage[] {
  const decoder = new Decoder(kept, position, paths);
  if (kept.message.type === "user") return [decoder.user()];
  if (kept.message.type === "gemini") return decoder.reply();
  return KNOWN.includes(wordOf(kept.message.type)) ? [] : [decoder.unknown()];
}

/** Kinds of row that Gemini CLI shows and never sends. */
const KNOWN = ["info", "error", "warning"];

class Decoder {
  private readonly row: Row;

  constructor(
    private readonly kept: Kept,
    private readonly position: number,
    private readonly paths: Map<Row, JsonPath>,
  ) {
    this.row = this.rowAt("message", kept.id, []);
  }

  user(): GeminiMessage {
    const { content } = this.kept.message;
    const blocks = this.partsAt("content").map(([part, row]) => userBlock(part, row));
    return {
      ...this.base(this.row, "user", blocks),
      isSent: !isIgnored(content),
      ...(content === undefined || content === null
        ? { unreadable: "shape" as const, defects: [this.defect("content")] }
        : {}),
    };
  }

  unknown(): GeminiMessage {
    const type = asString(this.kept.message.type) ?? "";
    const defect = {
      row: this.row,
      path: "type",
      expected: "user, gemini, info, error or warning",
      rule: "unknown-block",
    };
    return {
      ...this.base(this.row, "system", [{ kind: "unknown", row: this.row, type }]),
      isSent: false,
      defects: [defect],
    };
  }

  reply(): GeminiMessage[] {
    const { message, id } = this.kept;
    const said = this.partsAt("content");
    const isWhole = said.some(([part]) => part.functionCall !== undefined || Boolean(part.thought));
    const thoughts = isWhole
      ? []
      : listOf(message.thoughts).map((thought) => thinkingBlock(thought, this.row));
    const calls = isWhole ? [] : this.calls();
    const blocks = [...thoughts, ...said.map(([part, row]) => replyBlock(part, row)), ...calls];
    const isValid = !said.some(([part]) => isEmptyPart(part));
    const reply = { ...this.base(this.row, "assistant", blocks), isSent: blocks.length > 0, isValid };
    const results = this.results();
    if (results.length === 0) return [reply];
    const row = this.rowAt("message", `${id}.results`, []);
    return [reply, { ...this.base(row, "tool", results), isSent: blocks.length > 0 }];
  }

  private calls(): CallBlock[] {
    return listOf(this.kept.message.toolCalls).map((call, at) =>
      callBlock(call, this.rowAt("part", `${this.kept.id}.toolCalls.${at}`, ["toolCalls", at])),
    );
  }

  private results(): Block[] {
    return listOf(this.kept.message.toolCalls).flatMap((call, at): Block[] => {
      const path = ["toolCalls", at, "result"];
      const id = `${this.kept.id}.toolCalls.${at}.result`;
      const { result } = call;
      if (!result) return [];
      if (Array.isArray(result))
        return result.flatMap((part, index) => {
          const row = this.rowAt("part", `${id}.${index}`, [...path, index]);
          return typeof part === "string"
            ? [textBlock(row, part)]
            : isObject(part)
              ? [userBlock(part, row)]
              : [];
        });
      const row = this.rowAt("part", id, path);
      if (typeof result === "string") return [plainResult(call, result, row)];
      return isObject(result) ? [userBlock(result, row)] : [];
    });
  }

  private partsAt(key: string): [JsonObject, Row][] {
    const content = this.kept.message[key];
    return partsOf(content).map((part, at) => [
      part,
      this.rowAt("part", `${this.kept.id}.${key}.${at}`, Array.isArray(content) ? [key, at] : [key]),
    ]);
  }

  private rowAt(table: "message" | "part", id: string, path: JsonPath): Row {
    const created = parseTime(this.kept.message.timestamp);
    const holds = table === "message" ? "message" : "piece";
    const { origin } = this.kept;
    const row: Row = { table, holds, id, rowid: origin.line, created, updated: null, size: 0 };
    this.paths.set(row, [...origin.path, ...path]);
    return row;
  }

  private base(row: Row, role: Role, blocks: Block[]) {
    return { row, role, blocks, position: this.position, created: row.created, isValid: true };
  }

  private defect(path: string): Defect {
    return { row: this.row, path, expected: "a text or a list of parts", rule: "invalid-message" };
  }
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A part that makes Gemini CLI leave out the whole run of replies: no key, or nothing but an empty text. */
function isEmptyPart(part: JsonObject): boolean {
  const others = Object.keys(part).filter((key) => !["text", "thought", "callIndex"].includes(key));
  if (Object.keys(part).length === 0) return true;
  return !part.thought && part.text === "" && others.length === 0;
}

function userBlock(part: JsonObject, row: Row): Block {
  if (isObject(part.functionResponse)) return resultBlock(part.functionResponse, row);
  return saidBlock(part, row);
}

function replyBlock(part: JsonObject, row: Row): Block {
  if (isObject(part.functionCall)) return callBlock(part.functionCall, row);
  if (part.thought) return thinkingBlock({ description: asString(part.text) ?? "" }, row);
  return saidBlock(part, row);
}

function saidBlock(part: JsonObject, row: Row): Block {
  if (typeof part.text === "string") return textBlock(row, part.text);
  if (isObject(part.inlineData))
    return mediaOfBase64(row, asString(part.inlineData.mimeType) ?? "", part.inlineData.data);
  if (isObject(part.fileData))
    return mediaOfUrl(row, asString(part.fileData.mimeType) ?? "", part.fileData.fileUri);
  return { kind: "ignored", row, type: Object.keys(part)[0] ?? "empty" };
}

function callBlock(call: JsonObject, row: Row): CallBlock {
  const { args } = call;
  return {
    kind: "call",
    row,
    id: asString(call.id) ?? "",
    name: asString(call.name) ?? "",
    // A call without arguments is one that the service takes.
    input: args === undefined ? "object" : inputKind(args),
    inputEmpty: !isObject(args) || Object.keys(args).length === 0,
    arguments: args,
    loneSurrogate: hasLoneSurrogate(args),
  };
}

function resultBlock({ id, name, response }: JsonObject, row: Row): ResultBlock {
  const said = isObject(response) ? response : {};
  return {
    kind: "result",
    row,
    id: asString(id) ?? "",
    ok: said.error === undefined,
    name: asString(name),
    text: asString(said.output) ?? asString(said.error),
    loneSurrogate: hasLoneSurrogate(response),
  };
}

function plainResult(call: JsonObject, text: string, row: Row): ResultBlock {
  return { kind: "result", row, id: asString(call.id) ?? "", ok: true, name: asString(call.name), text };
}

function thinkingBlock({ subject, description }: JsonObject, row: Row): Block {
  const text = [subject, description].filter((piece) => typeof piece === "string" && piece !== "").join(" ");
  return { kind: "thinking", row, length: text.length, blank: blankness(text), signature: "none", text };
}
