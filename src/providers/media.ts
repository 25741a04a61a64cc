import type { MediaBlock } from "../model/conversation.js";
import type { Provider } from "./providers.js";

export interface MediaRefusal {
  readonly problem: string;
  /** Key of the provider's error text; absent for the text about an unreadable attachment. */
  readonly text?: string;
}

/** The reason why the provider refuses this attachment alone; null if it accepts it. */
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
  // Checked last: the repair corrects only the declared type, so nothing else may be wrong.
  if (limits.types && !isDeclared(block)) return { problem: "other-type", text: "image-type" };
  return null;
}

/** Images that the provider refuses because there are many: the oldest ones above its limit, and wide ones among many. */
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

/** True if the declared type is right, or is `image/*`. */
function isDeclared({ mime, image }: MediaBlock): boolean {
  const declared = mime.toLowerCase().replace(/;.*$/, "");
  return declared === "image/*" || declared === image?.type;
}

/** The longer side in pixels; 0 if it is not known. */
export function sideOf({ image }: Pick<MediaBlock, "image">): number {
  return Math.max(image?.width ?? 0, image?.height ?? 0);
}
