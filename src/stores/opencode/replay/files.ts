import type { Block, CallBlock, MediaBlock, Row, TextBlock } from "../../../model/conversation.js";
import type { Wire } from "../../../providers/providers.js";
import type { Features } from "./versions.js";

/** Kinds of file that every package of the AI SDK has a form for. The letters count: it knows no `IMAGE/PNG`. */
const SHOWN = /^(image\/.*|application\/pdf)$/;

export function isShown({ mime }: Pick<MediaBlock, "mime">): boolean {
  return SHOWN.test(mime);
}

/**
 * A file of a prompt as it is sent, measured on 1.2.15, 1.14.34, 1.17.0 and 1.18.34; with a problem where making the
 * request fails.
 */
export function fileInPrompt(file: MediaBlock, wire: Wire, features: Features): Block[] {
  if (file.isTold) return [];
  if (file.problem === "unreadable-scheme") return [file];
  // The host fetches the file first, even if it then leaves it out.
  if (file.unfetchable) return [{ ...file, problem: "unfetchable" }];
  const { mime, label = mime, name } = file;
  // Models that hear and see are few, and the rows do not tell which.
  const kind = /^(audio|video)\//.exec(label)?.[1];
  if (kind) {
    const which = name === undefined ? kind : `"${name}"`;
    return [
      said(
        file.row,
        `ERROR: Cannot read ${which} (this model does not support ${kind} input). Inform the user.`,
      ),
    ];
  }
  return asPart(file, wire, features);
}

/** By the type in its URL: an image or a document, a text where the wire has texts for it, or none. */
function asPart(file: MediaBlock, wire: Wire, features: Features): Block[] {
  const { mime } = file;
  const isPdf = mime === "application/pdf";
  // An image has no name on any wire.
  const part = isPdf ? file : { ...file, loneSurrogate: false };
  if (isShown(file) && !(isPdf && wire === "openai-chat" && !features.sdk6)) return [part];
  const isText = /^text\//.test(mime);
  if (isText && wire === "openai-chat" && features.sdk6) return [said(file.row, file.text)];
  if (mime === "text/plain" && wire === "anthropic") return [part];
  return [{ ...file, problem: "unsupported-type" }];
}

/** The attachments of a result for Chat Completions, which take no media in one: they follow as the user's. */
export function filesBehindResult({ media = [] }: CallBlock, features: Features): Block[] {
  return media.flatMap((file) =>
    isShown(labelled(file)) ? fileInPrompt(file, "openai-chat", features) : [],
  );
}

/** The attachments in a result, by the row's own type; what does not stand in the row is left out. */
export function filesInResult({ media = [] }: CallBlock, wire: Wire, features: Features): MediaBlock[] {
  const handed = media.filter(({ inline }) => inline).map(labelled);
  if (wire !== "anthropic") return handed.filter(isShown);
  const shown = handed.every(isShown)
    ? handed
    : features.sdk6
      ? handed.filter(isShown)
      : handed.map((file) => (isShown(file) ? file : { ...file, problem: "unsupported-type" }));
  return shown.map((file) =>
    file.image && /[;*]/.test(file.mime) ? { ...file, problem: "other-type" } : file,
  );
}

function labelled(file: MediaBlock): MediaBlock {
  return { ...file, mime: file.label ?? file.mime };
}

/** A text block with words that the host itself adds. */
export function said(row: Row, text?: string): TextBlock {
  return { kind: "text", row, text, length: text?.length ?? 1, blank: false };
}
