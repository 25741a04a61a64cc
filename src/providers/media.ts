import type { MediaBlock } from "../model/conversation.js";
import type { Provider } from "./providers.js";

export interface MediaRefusal {
  readonly problem: string;
  /** Which of the provider's texts it answers with, where it is not that of an unreadable one. */
  readonly text?: string;
}

/** Why the provider refuses an attachment, whatever else is in the request. */
export function refusalOfMedia(block: MediaBlock, provider: Provider): MediaRefusal | null {
  const { problem, image, bytes } = block;
  if (problem || image === null)
    return provider.refusesUnreadableMedia ? { problem: problem ?? "not-an-image" } : null;
  const limits = provider.images;
  if (!limits || !image) return null;
  if (limits.types && !limits.types.includes(image.type)) return { problem: "refused-type" };
  if (sideOf(block) > (limits.side ?? Number.POSITIVE_INFINITY))
    return { problem: "too-wide", text: "image-side" };
  if ((bytes ?? 0) > (limits.bytes ?? Number.POSITIVE_INFINITY))
    return { problem: "too-large", text: "image-bytes" };
  // Last: it is mended by its name alone, so nothing else may be wrong with it.
  if (limits.types && !isDeclared(block)) return { problem: "other-type", text: "image-type" };
  return null;
}

/** Images that are refused for the number of them: the oldest over the count, and those too wide for so many. */
export function refusalsTogether(
  sent: readonly MediaBlock[],
  { images: limits }: Provider,
): Map<MediaBlock, MediaRefusal> {
  const refused = new Map<MediaBlock, MediaRefusal>();
  if (!limits) return refused;
  const images = sent.filter(({ mime }) => /^image\//i.test(mime));
  const over = images.length - (limits.count ?? images.length);
  for (const image of images.slice(0, Math.max(0, over)))
    refused.set(image, { problem: "too-many", text: "image-count" });
  const { many } = limits;
  const left = images.filter((image) => !refused.has(image));
  if (many && left.length > many.over)
    for (const image of left)
      if (sideOf(image) > many.side)
        refused.set(image, { problem: "too-wide-among-many", text: "image-many" });
  return refused;
}

/** `image/*` declares no kind. */
function isDeclared({ mime, image }: MediaBlock): boolean {
  const declared = mime.toLowerCase().split(";", 1)[0];
  return declared === "image/*" || declared === image?.type;
}

/** The longer side in pixels; 0 where it is not known. */
export function sideOf({ image }: Pick<MediaBlock, "image">): number {
  return Math.max(image?.width ?? 0, image?.height ?? 0);
}
