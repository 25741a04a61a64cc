import type { MediaBlock } from "../model/conversation.js";
import type { DocumentFacts } from "../model/pdf.js";
import type { Provider } from "./providers.js";

export interface MediaRefusal {
  readonly problem: string;
  /** Key of the provider's error text; absent for the text about an unreadable attachment. */
  readonly text?: string;
}

/** The reason why the provider refuses this attachment, whatever the rest of the request holds. */
export function refusalOfMedia(
  block: MediaBlock,
  provider: Provider,
  model: string | undefined,
): MediaRefusal | null {
  const { problem, image, bytes, document } = block;
  if (block.isUrl && provider.refusesUrls) return { problem: "url", text: "media-url" };
  if (block.as === "file" && provider.refusedFiles?.test(block.mime))
    return { problem: "refused-type", text: "file-type" };
  const broken = problem ?? (image === null ? "not-an-image" : image?.cut ? "cut" : undefined);
  if (broken) return provider.refusesUnreadableMedia ? { problem: broken } : null;
  if (document) return refusalOfDocument(document, pagesOf(provider, model));
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

function refusalOfDocument(
  { isPdf, locked, pages }: DocumentFacts,
  limit: number | null,
): MediaRefusal | null {
  if (limit === null) return null;
  if (!isPdf) return { problem: "not-a-pdf", text: "pdf-invalid" };
  if (locked) return { problem: "locked", text: "pdf-locked" };
  return (pages ?? 0) > limit ? { problem: "too-many-pages", text: "pdf-pages" } : null;
}

/**
 * Attachments that are refused for their number: too many images, or too many pages of documents. The oldest ones over
 * the count are named.
 */
export function refusalsTogether(
  sent: readonly MediaBlock[],
  provider: Provider,
  model: string | undefined,
): Map<MediaBlock, MediaRefusal> {
  const refused = imagesTogether(sent, provider);
  const limit = pagesOf(provider, model);
  let pages = sent.reduce((sum, { document }) => sum + (document?.pages ?? 0), 0);
  for (const block of sent) {
    if (limit === null || pages <= limit) break;
    if (!block.document?.pages) continue;
    refused.set(block, { problem: "too-many-pages", text: "pdf-pages" });
    pages -= block.document.pages;
  }
  return refused;
}

/** The pages that one request may have; null for a provider that looks at no document. */
function pagesOf({ documents }: Provider, model: string | undefined): number | null {
  if (!documents) return null;
  return model !== undefined && documents.small.models.test(model) ? documents.small.pages : documents.pages;
}

/** Images that are refused for the number of them: the oldest over the count, and those too wide for so many. */
function imagesTogether(
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
  const declared = mime.toLowerCase().split(";", 1)[0];
  return declared === "image/*" || declared === image?.type;
}

/** The longer side in pixels; 0 if it is not known. */
export function sideOf({ image }: Pick<MediaBlock, "image">): number {
  return Math.max(image?.width ?? 0, image?.height ?? 0);
}
