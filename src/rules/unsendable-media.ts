import { contentsOf } from "../model/contents.js";
import type { MediaBlock, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { mediaIn } from "../model/media.js";
import { first } from "../model/present.js";
import { type MediaRefusal, refusalOfMedia, refusalsTogether } from "../providers/media.js";
import { SAFE_IMAGES } from "../providers/providers.js";
import { type RefusedMedia, replaceMedia } from "./replace-media.js";
import { defineRule, type Symptom, type View } from "./rule.js";
import { isSafeMedia } from "./safe-media.js";

export const unsendableMedia = defineRule({
  id: "unsendable-media",
  family: "order",
  title: "attachment that cannot be sent",
  safety: "safe",
  stage: "named",
  action: "correct the image's type, or replace the attachment by a text",
  texts: [
    "image-type",
    "image-bytes",
    "image-side",
    "image-many",
    "image-count",
    "pdf-invalid",
    "pdf-locked",
    "pdf-pages",
    "media-url",
    "file-type",
  ],
  explanation: {
    what: "An attachment has no data, a URL that the provider cannot read, a type that no request has a form for (an archive, a web page), another type than it says, no end (a cut image), no PDF behind the name of one, or is larger than a provider takes; or the request has too many images or pages.",
    arises:
      "A file:// URL was stored, an upload was cut off, a screenshot was saved under another type, or images add up as the conversation grows.",
    repair:
      "A wrong type is corrected. Otherwise a text takes the place of the attachment, whose content is kept in the journal. Images are never encoded anew. If there are only too many, --unsafe removes the oldest or the largest.",
    unknown: "The lost content, and how a provider counts images that it fetches itself.",
  },
  check(view, provider) {
    if (!contentsOf(view.turns).hasMedia) return [];
    const placed = mediaOf(view);
    const refused = placed.flatMap((one): Refused[] => {
      const found = refusalOfMedia(one.block, provider, view.model);
      return found ? [{ ...one, ...found }] : [];
    });
    const alone = new Set(refused.map(({ block }) => block));
    const sent = placed.filter(({ block }) => !alone.has(block));
    const together = refusalsTogether(
      sent.map(({ block }) => block),
      provider,
      view.model,
    );
    const crowd = sent.flatMap((one): Refused[] => {
      const found = together.get(one.block);
      return found ? [{ ...one, ...found }] : [];
    });
    return [
      ...byRow(refused),
      ...byRow(crowd).map((symptom) => ({
        ...symptom,
        variant: "many",
        safety: "unsafe" as const,
      })),
    ];
  },
  clears: {
    message: ({ media }, { attachments }) =>
      attachments + media.length <= SAFE_IMAGES.count &&
      media.every((file) => file.isTold || isSafeMedia(file)),
  },
  mend({ message, row, block, evidence }, edits) {
    if (message) replaceMedia(message, row, block, evidence.media as readonly RefusedMedia[], edits);
  },
});

interface Placed {
  readonly block: MediaBlock;
  readonly turn: number;
}
type Refused = Placed & MediaRefusal;

/** All attachments of the request, those of tool results included, oldest first. */
function mediaOf({ turns }: View): Placed[] {
  return turns.flatMap((turn, index) =>
    turn.blocks.flatMap(mediaIn).map((block) => ({ block, turn: index })),
  );
}

/** Joins the refused attachments of one row into one finding. */
function byRow(refused: readonly Refused[]): Symptom[] {
  const rows = new Map<Row, Refused[]>();
  for (const one of refused) addTo(rows, one.block.row, one);
  return [...rows].map(([row, all]) => {
    const { block, turn, problem, text } = first(all);
    return {
      row,
      block,
      turn,
      text,
      evidence: { problem, mime: block.mime, media: all.map(described) },
    };
  });
}

function described({ block, problem }: Refused): RefusedMedia {
  const { at, mime, bytes, image } = block;
  return {
    problem,
    mime,
    ...(at !== undefined && { at }),
    ...(bytes !== null && { bytes }),
    ...(image && { is: image.type, width: image.width, height: image.height }),
  };
}
