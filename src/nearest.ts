import { closest, distance } from "fastest-levenshtein";

/** The most letters of three that may differ. */
const SHARE = 3;
/** Parts of a name that are shorter are not compared by themselves. */
const PART = 4;

/**
 * The known word that a mistyped one is most like: a few letters differ, or one of them holds the other or a whole part of
 * it ("tool-result"). Undefined where no word is like it.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  const typed = word.toLowerCase();
  if (words.length === 0 || typed === "") return undefined;
  const best = closest(typed, words);
  if (distance(typed, best.toLowerCase()) <= Math.max(1, Math.floor(typed.length / SHARE))) return best;
  return (
    words.find((one) => typed.length >= PART && one.includes(typed)) ??
    words.find((one) => one.length >= PART && typed.includes(one)) ??
    words.find((one) => one.split("-").some((part) => part.length > PART && typed.includes(part)))
  );
}

/** "; did you mean WORD?", or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
