import type { Turn } from "./conversation.js";
import { once } from "./once.js";

/** The kinds of content in a list of turns that rules ask for. */
interface Contents {
  /** A text, or the text of a result, is blank. */
  readonly hasBlank: boolean;
  /** An unpaired surrogate is in some piece. */
  readonly hasHalf: boolean;
  /** Attachments of messages or of results. */
  readonly hasMedia: boolean;
  readonly hasThinking: boolean;
}

/** Walks once through the turns for all rules and providers: most lists hold nothing that a rule looks for. */
export const contentsOf = once((turns: readonly Turn[]): Contents => {
  const contents = { hasBlank: false, hasHalf: false, hasMedia: false, hasThinking: false };
  for (const { blocks } of turns)
    for (const block of blocks) {
      if (block.loneSurrogate) contents.hasHalf = true;
      if (block.kind === "text") contents.hasBlank ||= Boolean(block.blank);
      else if (block.kind === "thinking") contents.hasThinking = true;
      else if (block.kind === "media") contents.hasMedia = true;
      else if (block.kind === "result") {
        contents.hasBlank ||= Boolean(block.blank || block.nestedBlank);
        contents.hasMedia ||= Boolean(block.media?.length);
      }
    }
  return contents;
});
