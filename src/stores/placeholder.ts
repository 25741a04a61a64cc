/**
 * Letters become x, digits 0; blanks, punctuation and half characters stay, so that the text is as long, as blank and
 * as broken as it was.
 */
export function placeholder(text: string): string {
  return text.replace(/\p{Lu}|[^\p{P}\p{S}\s\p{C}\p{N}]|\p{N}|[\u{10000}-\u{10FFFF}]/gu, (character) => {
    const shown = /\p{N}/u.test(character) ? "0" : /\p{Lu}/u.test(character) ? "X" : "x";
    return shown.repeat(character.length);
  });
}
