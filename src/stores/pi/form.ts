import type { LinesForm } from "../store.js";
import { assemblePi, type PiConversation } from "./conversation.js";
import { type PiEdits, piEdits } from "./edits.js";
import { decodeEntry, isPiRow, type PiEntry } from "./entry.js";
import { redactRow } from "./redact.js";

/** How a session lies in its file. */
export const linesForm: LinesForm<PiConversation, PiEdits, PiEntry> = {
  isRow: isPiRow,
  isIt(first, path) {
    const known = first.filter(({ value }) => value !== undefined);
    if (known.length > 0) return known.some(({ value }) => value !== undefined && isPiRow(value));
    return first.length > 0 && /[/\\]sessions[/\\]--[^/\\]*--[/\\][^/\\]*\.jsonl$/.test(path);
  },
  decode: decodeEntry,
  assemble: assemblePi,
  edits: piEdits,
  redact: redactRow,
  programs: [/(^|[/\\ ])pi( |$)/, /pi-coding-agent/],
};
