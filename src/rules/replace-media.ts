import type { Block, MediaBlock, Message, Row } from "../model/conversation.js";
import { SAFE_IMAGES } from "../providers/providers.js";
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
  const gone = refused.filter((one) => !isMislabelled(one));
  for (const one of refused)
    if (!gone.includes(one) && one.is !== undefined) edits.relabelMedia(row, one.at, one.is);
  if (gone.length === 0) return;
  if (block?.kind === "call" || block?.kind === "result") {
    const stored = (at: number | undefined) => block.media?.find((file) => file.at === at);
    edits.dropAttachments?.(
      row,
      gone.map(({ at = 0 }) => at),
      gone.map((one) => noteOf(one, stored(one.at))),
    );
    return;
  }
  for (const one of gone) {
    const stored = message.blocks.find(
      (candidate): candidate is MediaBlock =>
        candidate.row === row && candidate.kind === "media" && candidate.at === one.at,
    );
    if (stored) edits.putText(message, stored, noteOf(one, stored));
  }
}

/** True if only the type that is declared is wrong: the bytes show one that providers take. */
function isMislabelled({ problem, is }: RefusedMedia): boolean {
  if (problem === "other-type") return true;
  return problem === "unsupported-type" && is !== undefined && SAFE_IMAGES.types.includes(is);
}

/** Says what was removed. The words of a file that is text stay. */
function noteOf({ mime, problem }: RefusedMedia, stored: MediaBlock | undefined): string {
  const name = stored?.name ? ` ${JSON.stringify(stored.name)}` : "";
  const kind = mime ? ` (${mime})` : "";
  if (stored?.text?.trim())
    return `[The text of the attachment${name}${kind}, which could not be sent as a file:]\n${stored.text}`;
  const what = name ? `The attachment${name}${kind}` : `An attachment${kind}`;
  return problem.startsWith("too-")
    ? `[${what} was too much to be sent and was removed.]`
    : `[${what} could not be sent and was removed.]`;
}
