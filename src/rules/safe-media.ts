import type { MediaBlock } from "../model/conversation.js";
import { sideOf } from "../providers/media.js";
import { SAFE_IMAGES } from "../providers/providers.js";

/** An attachment that every provider takes, alone or among as many as `SAFE_IMAGES` allows. */
export function isSafeMedia(file: MediaBlock): boolean {
  const { problem, image, bytes, mime, label, unfetchable, loneSurrogate } = file;
  if (label !== undefined || unfetchable || loneSurrogate) return false;
  // Some old hosts have no form for a document.
  if (!/^image\//i.test(mime) || problem || image === null) return false;
  if ((bytes ?? 0) > SAFE_IMAGES.bytes) return false;
  if (image === undefined) return true;
  if (image.cut) return false;
  // The size of a JPEG may lie beyond the part of the URL that was read.
  if (image.type === "image/jpeg" && image.width === undefined) return false;
  const isNamed = image.type === mime && SAFE_IMAGES.types.includes(image.type);
  return isNamed && sideOf(file) <= SAFE_IMAGES.side;
}
