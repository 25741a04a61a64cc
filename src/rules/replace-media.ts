import type { Block, Message, Row } from "../model/conversation.js";
import type { Edits } from "./edits.js";

/** An attachment that a provider refuses. `at`: its index, if the row may hold several. */
export interface RefusedMedia {
  readonly problem: string;
  readonly mime: string;
  readonly at?: number;
  readonly bytes?: number;
  /** The type that its bytes show. */
  readonly is?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Corrects a wrong type. Replaces any other refused attachment by a text. */
export function replaceMedia(
  message: Message,
  row: Row,
  block: Block | undefined,
  refused: readonly RefusedMedia[],
  edits: Edits,
): void {
  const gone = refused.filter(({ problem }) => problem !== "other-type");
  for (const { problem, at, is } of refused)
    if (problem === "other-type" && is !== undefined) edits.relabelMedia(row, at, is);
  if (gone.length === 0) return;
  if (block?.kind === "call" || block?.kind === "result") {
    edits.dropAttachments?.(
      row,
      gone.map(({ at = 0 }) => at),
      gone.map(noteOf),
    );
    return;
  }
  for (const one of gone) {
    const stored = message.blocks.find(
      (candidate) => candidate.row === row && candidate.kind === "media" && candidate.at === one.at,
    );
    if (stored) edits.putText(message, stored, noteOf(one));
  }
}

function noteOf({ mime, problem }: RefusedMedia): string {
  const kind = mime ? ` (${mime})` : "";
  return problem.startsWith("too-")
    ? `[An attachment${kind} was too much to be sent and was removed.]`
    : `[An attachment${kind} could not be sent and was removed.]`;
}
