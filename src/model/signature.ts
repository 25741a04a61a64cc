/** A signature shorter than this is none of any service (characters). */
const SHORTEST = 24;

/**
 * The origin of a thinking block, as far as the form of its signature tells: `foreign` for a signature that Anthropic
 * never gives out, such as a JSON item of OpenAI, the name of a field, or a few words in base64.
 */
export function signatureKind(signature: unknown): "signed" | "none" | "foreign" {
  if (typeof signature !== "string" || signature.trim() === "") return "none";
  const isOther = signature.length < SHORTEST || !/^[A-Za-z0-9+/_=-]+$/.test(signature);
  return isOther ? "foreign" : "signed";
}
