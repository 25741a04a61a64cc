import type { MediaBlock } from "../model/conversation.js";
import type { DocumentFacts } from "../model/pdf.js";
import { sideOf } from "../providers/media.js";
import { SAFE_IMAGES } from "../providers/providers.js";

/** An attachment that every provider takes, alone or among as many as `SAFE_IMAGES` allows. */
export function isSafeMedia(file: MediaBlock): boolean {
  const { problem, image, bytes, mime, label, unfetchable, loneSurrogate, document } = file;
  if (label !== undefined || unfetchable || loneSurrogate) return false;
  if (!/^(image\/.*|application\/pdf)$/i.test(mime) || problem || image === null) return false;
  if ((bytes ?? 0) > SAFE_IMAGES.bytes) return false;
  // Only the ends of a long document are read here.
  if (document) return (bytes ?? 0) < WHOLE_DOCUMENT && isSafeDocument(document);
  if (image === undefined) return true;
  if (image.cut) return false;
  // The size of a JPEG may stand behind the head of a URL that was cut.
  if (image.type === "image/jpeg" && image.width === undefined) return false;
  const isNamed = image.type === mime && SAFE_IMAGES.types.includes(image.type);
  return isNamed && sideOf(file) <= SAFE_IMAGES.side;
}

/** Bytes. Many documents of this size together still stay below every limit of pages. */
const WHOLE_DOCUMENT = 48_000;

function isSafeDocument({ isPdf, locked, pages }: DocumentFacts): boolean {
  return isPdf && !locked && (pages ?? 0) <= 5;
}
