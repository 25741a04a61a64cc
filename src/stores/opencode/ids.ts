import { createHash } from "node:crypto";

/**
 * opencode's ids: prefix, "_", 12 hex digits, 14 base62 digits. The hex digits are the low 48 bits of
 * (ms * 4096 + counter), so only 36 bits of the time are in it and the order wraps every 2^36 ms.
 */
const WRAP = 2 ** 36;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = BigInt(ALPHABET.length);
const SHAPE = /^[a-z]+_([0-9a-f]{12})([0-9A-Za-z]{14})$/;

/** The time (ms) nearest to `near` that the id can carry; null where the id is not of the host's shape. */
export function timeOfId(id: string, near: number): number | null {
  const hex = SHAPE.exec(id)?.[1];
  if (!hex) return null;
  const low = Math.floor(Number.parseInt(hex, 16) / 4096);
  const base = Math.floor(near / WRAP) * WRAP + low;
  return [base - WRAP, base, base + WRAP].reduce((best, time) =>
    Math.abs(time - near) < Math.abs(best - near) ? time : best,
  );
}

/** A minute before the ids wrap for the next time: room for a prompt and its answer. */
export function endOfWrap(time: number): number {
  return (Math.floor(time / WRAP) + 1) * WRAP - 60_000;
}

/**
 * An id strictly between two neighbours in BINARY order. The lower neighbour's hex digits are kept where the gap
 * allows no others, so that the id carries a time between the two.
 */
export function idBetween(prefix: string, low: string | null, high: string | null): string {
  const lowParts = partsOf(low);
  const highParts = partsOf(high);
  const candidates: string[] = [];
  if (lowParts) {
    const next = (Number.parseInt(lowParts.time, 16) + 1).toString(16).padStart(12, "0");
    candidates.push(`${prefix}_${next}${"0".repeat(13)}1`);
    const after = increment(lowParts.suffix);
    if (after) candidates.push(`${prefix}_${lowParts.time}${after}`);
  }
  if (highParts) {
    const before = Math.max(0, Number.parseInt(highParts.time, 16) - 1)
      .toString(16)
      .padStart(12, "0");
    candidates.push(`${prefix}_${before}${"z".repeat(13)}y`);
  }
  // A neighbour of foreign shape: extend it, which always sorts directly behind it.
  if (low) candidates.push(`${low}0`);
  else candidates.push(`${prefix}_${"0".repeat(25)}1`);
  const found = candidates.find((id) => (low === null || id > low) && (high === null || id < high));
  if (!found) throw new RangeError(`no id fits between ${low} and ${high}`);
  return found;
}

/**
 * Ids in ascending order, the same in each run for the same owner, that sort before those which a host gives out from a few
 * milliseconds after a wrap on.
 */
export function lowestIds(prefix: string, owner: string): () => string {
  let rest = BigInt(`0x${createHash("sha256").update(owner).digest("hex")}`);
  let suffix = "";
  for (; suffix.length < 14; rest /= BASE) suffix += ALPHABET.charAt(Number(rest % BASE));
  let count = 0;
  return () => `${prefix}_${(++count).toString(16).padStart(12, "0")}${suffix}`;
}

/** The hex time of an id and the characters behind it; null for an id of another shape. */
function partsOf(id: string | null): { time: string; suffix: string } | null {
  const [, time, suffix] = (id && SHAPE.exec(id)) || [];
  return time !== undefined && suffix !== undefined ? { time, suffix } : null;
}

function increment(suffix: string): string | null {
  const digits = [...suffix];
  for (const [at, digit] of [...digits.entries()].reverse()) {
    const value = ALPHABET.indexOf(digit);
    if (value < ALPHABET.length - 1) {
      digits[at] = ALPHABET.charAt(value + 1);
      return digits.join("");
    }
    digits[at] = ALPHABET.charAt(0);
  }
  return null;
}
