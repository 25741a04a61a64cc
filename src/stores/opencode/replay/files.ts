import type { Block, CallBlock, MediaBlock, Row, TextBlock } from "../../../model/conversation.js";
import { isTextFile } from "../../../model/media.js";
import type { Wire } from "../../../providers/providers.js";
import type { Features } from "./versions.js";

/** Kinds of file that every package of the AI SDK has a form for. */
const SHOWN = /^(image\/.*|application\/pdf)$/i;

export function isShown({ mime }: MediaBlock): boolean {
  return SHOWN.test(mime);
}

/** A file of a prompt as it is sent, measured on 1.2.15, 1.14.34 and 1.18.34; with a problem where making the request fails. */
export function fileInPrompt(file: MediaBlock, wire: Wire, features: Features): Block[] {
  if (file.isTold) return [];
  // Models that hear and see are few, and the rows do not tell which.
  const kind = /^(audio|video)\//i.exec(file.mime)?.[1]?.toLowerCase();
  if (kind) {
    const name = file.name === undefined ? kind : `"${file.name}"`;
    return [
      said(
        file.row,
        `ERROR: Cannot read ${name} (this model does not support ${kind} input). Inform the user.`,
      ),
    ];
  }
  if (isShown(file) || file.problem === "unreadable-scheme") return [file];
  if (isTextFile(file.mime) && wire === "openai-chat" && features.sdk6) return [said(file.row, file.text)];
  return [{ ...file, problem: "unsupported-type" }];
}

/** The attachments of a result, as `fileInPrompt`. Only Chat Completions, which take them as a prompt, get a URL to follow. */
export function filesInResult({ media = [] }: CallBlock, wire: Wire, features: Features): MediaBlock[] {
  if (media.length === 0) return [];
  const handed =
    wire === "openai-chat" ? media : media.filter(({ problem }) => problem !== "unreadable-scheme");
  if (wire === "anthropic" && !features.sdk6)
    return handed.map((file) => (isShown(file) ? file : { ...file, problem: "unsupported-type" }));
  return handed.filter(isShown);
}

/** A text of the host's own making. */
export function said(row: Row, text?: string): TextBlock {
  return { kind: "text", row, text, length: text?.length ?? 1, blank: false };
}
