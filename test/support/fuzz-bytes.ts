import type { Dice } from "./fuzz.js";

type Cut = (bytes: Buffer, at: number, length: number, dice: Dice) => (Buffer | string)[];
const BYTES: Readonly<Record<string, Cut>> = {
  flip: (bytes, at, _, dice) => [
    bytes.subarray(0, at),
    Buffer.from([(bytes[at] ?? 0) ^ (1 << dice.below(8))]),
    bytes.subarray(at + 1),
  ],
  truncate: (bytes, at) => [bytes.subarray(0, at)],
  cut: (bytes, at, length) => [bytes.subarray(0, at), bytes.subarray(at + length)],
  insert: (bytes, at, length, dice) => [
    bytes.subarray(0, at),
    Buffer.from(Array.from({ length }, () => dice.below(256))),
    bytes.subarray(at),
  ],
  zero: (bytes, at, length) => [bytes.subarray(0, at), Buffer.alloc(length), bytes.subarray(at + length)],
  invalid: (bytes, at, _, dice) => [
    bytes.subarray(0, at),
    Buffer.from(dice.pick(["ff", "c080", "eda0bd", "f09f98", "efbbbf", "fffe", "e280a8"]), "hex"),
    bytes.subarray(at),
  ],
  glue: (bytes, at, length, dice) => {
    const from = dice.below(bytes.length);
    return [bytes.subarray(0, at), bytes.subarray(from, from + length), bytes.subarray(at + length)];
  },
  break: (bytes, at, _, dice) => [
    bytes.subarray(0, at),
    dice.pick(["\n", "\r\n", "\r", "\n\n"]),
    bytes.subarray(at),
  ],
};

/** Changes bytes without regard to what they say. */
export function mutateBytes(bytes: Buffer, dice: Dice): { bytes: Buffer; told: string[] } {
  let now = bytes;
  const told: string[] = [];
  for (let left = 1 + dice.below(dice.pick([1, 4, 20])); left > 0 && now.length > 0; left--) {
    const [name, cut] = dice.pick(Object.entries(BYTES));
    if (name === "truncate" && dice.below(4) > 0) continue;
    const at = dice.below(now.length);
    const pieces = cut(now, at, 1 + dice.below(dice.pick([4, 64, 1024])), dice);
    now = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    told.push(`${name} ${at}`);
  }
  return { bytes: now, told };
}
