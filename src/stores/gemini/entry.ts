import type { Line } from "../../files/lines.js";
import type { Json } from "../../model/conversation.js";
import { LONG_TEXT, shortened } from "../short-texts.js";

/** The part of a line that the tool keeps. */
export interface GeminiEntry {
  readonly key: number;
  readonly place: Pick<Line, "number" | "size" | "problem">;
  /** The row as Gemini CLI reads it; undefined where it passes the line over. */
  readonly value: Json | undefined;
  /** The line, where Gemini CLI cannot read it. */
  readonly broken?: Line;
  /** The row behind a byte order mark: Gemini CLI cannot read it. */
  readonly marked?: Json;
}

export function decodeLine(line: Line, key: number, full: boolean): GeminiEntry {
  const { number, size, value, problem, mark } = line;
  const place = { number, size, ...(problem && { problem }) };
  const kept = value === undefined || full || size < LONG_TEXT ? value : shortened(value, ["data"]);
  // Gemini CLI does not strip the mark: the first line is no JSON for it.
  if (mark) return { key, place, value: undefined, marked: kept ?? null };
  return { key, place, value: kept, ...(problem && problem !== "blank" && { broken: line }) };
}
