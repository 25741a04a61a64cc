import { HOSTILE } from "./hostile.js";

/** Draws that are the same for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** @throws RangeError of an empty list */
  pick<Item>(items: readonly Item[]): Item {
    const at = this.below(items.length);
    for (const [index, item] of items.entries()) if (index === at) return item;
    throw new RangeError("nothing to pick from");
  }
}

/** Stands for JSON as it is written: JSON.stringify writes other numbers, and not all that is nested. */
const raw = (json: string) => `@@${json}@@`;
const RAW = /"@@((?:[^"\\]|\\.)*?)@@"/g;
const NUMBERS = ["1e400", "-1e400", "12345678901234567890", "-0", "1E5", "0.1e-320", "9007199254740993"];
const WORDS = [
  "user",
  "assistant",
  "system",
  "tool",
  "text",
  "thinking",
  "image",
  "file",
  "completed",
  "error",
];
const KEYS = ["__proto__", "constructor", "toString", "length", "", "then", "toJSON", "0"];

function nested(dice: Dice): string {
  const [open, close] = dice.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"content":', "}]"],
  ] as const);
  const depth = 1 + dice.below(dice.pick([5, 100, 3000]));
  return raw(`${open.repeat(depth)}1${close.repeat(depth)}`);
}

/** A value that no host would write at this place. */
export function oddValue(dice: Dice): unknown {
  const kinds = [
    () => dice.pick([null, true, false, [], {}, [null], [[]], [{}]]),
    () => dice.pick([0, -1, 1.5, 2 ** 31, 1e21, 8.64e15 + 1, -1e300, Date.UTC(2026, 0, 5)]),
    () => raw(dice.pick(NUMBERS)),
    () =>
      dice.pick([
        "",
        " ",
        "\n",
        "x",
        "\ud83d",
        "\0",
        "{",
        "[1]",
        "null",
        '{"a":1}',
        "data:image/png;base64,AAA",
      ]),
    () => dice.pick(HOSTILE),
    () => dice.pick(["a", " ", "\ud83d", '\\"', "😀"]).repeat(10 ** dice.below(6)),
    () => dice.pick(WORDS),
    () => nested(dice),
    () =>
      JSON.parse(`{${JSON.stringify(dice.pick(KEYS))}:${dice.pick(["null", "1", '"x"', '{"a":1}', "[]"])}}`),
  ];
  return dice.pick(kinds)();
}

/** A place in a value: an element of a list, or a property of an object. */
interface Slot {
  readonly holder: object;
  readonly key: string;
}

function slotsOf(root: object): Slot[] {
  const slots: Slot[] = [];
  const open = [root];
  for (let holder = open.pop(); holder; holder = open.pop())
    for (const key of Object.keys(holder)) {
      slots.push({ holder, key });
      const inner: unknown = Reflect.get(holder, key);
      if (typeof inner === "object" && inner !== null) open.push(inner);
    }
  return slots;
}

const valueIn = ({ holder, key }: Slot): unknown => Reflect.get(holder, key);

/** Defines, so that a key `__proto__` is a property like others. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

const CHANGES: Readonly<Record<string, (slot: Slot, slots: readonly Slot[], dice: Dice) => void>> = {
  replace: ({ holder, key }, _, dice) => put(holder, key, oddValue(dice)),
  remove({ holder, key }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  },
  double({ holder, key }, slots, dice) {
    const copy = structuredClone(Reflect.get(holder, key));
    if (Array.isArray(holder)) holder.splice(dice.below(holder.length + 1), 0, copy);
    else put(holder, dice.pick(slots).key, copy);
  },
  retype(slot, _, dice) {
    const value = valueIn(slot);
    const forms = [
      () => [value],
      () => ({ 0: value }),
      () => JSON.stringify(value),
      () => ({ type: "text", text: value }),
    ];
    put(slot.holder, slot.key, dice.pick(forms)());
  },
  graft: ({ holder, key }, slots, dice) => put(holder, key, structuredClone(valueIn(dice.pick(slots)))),
  /** An id, a role or a type of another place. */
  confuse({ holder, key }, slots, dice) {
    put(holder, key, structuredClone(valueIn(dice.pick(slots.filter((other) => other.key === key)))));
  },
  rename({ holder, key }, slots, dice) {
    const value: unknown = Reflect.get(holder, key);
    if (!Array.isArray(holder)) Reflect.deleteProperty(holder, key);
    put(holder, Array.isArray(holder) ? key : dice.pick([...KEYS, dice.pick(slots).key]), value);
  },
  reorder(slot, _, dice) {
    const value = valueIn(slot);
    if (!Array.isArray(value) || value.length < 2) return;
    value.splice(dice.below(value.length), 0, ...value.splice(dice.below(value.length), 1));
  },
};

/** The text with the JSON that raw strings stand for. */
const written = (text: string) => text.replace(RAW, (_, json: string) => JSON.parse(`"${json}"`));

/** Changes places of a JSON value. Returns the new value as text, and the names of the changes. */
export function mutateJson(value: unknown, dice: Dice, indent = 0): { text: string; told: string[] } {
  const root = { value: structuredClone(value) };
  const told: string[] = [];
  for (let left = 1 + dice.below(dice.pick([1, 3, 8])); left > 0; left--) {
    const slots = slotsOf(root);
    if (slots.length === 0) break;
    const slot = dice.pick(slots);
    const [name, change] = dice.pick(Object.entries(CHANGES));
    change(slot, slots, dice);
    told.push(`${name} ${JSON.stringify(slot.key)}`);
  }
  const text = JSON.stringify(root.value, null, indent) ?? "";
  return { text: written(text), told };
}

const LINES: Readonly<Record<string, (lines: string[], at: number, dice: Dice) => void>> = {
  remove: (lines, at) => lines.splice(at, 1),
  double: (lines, at, dice) => lines.splice(dice.below(lines.length), 0, lines[at] ?? ""),
  move: (lines, at, dice) => lines.splice(dice.below(lines.length), 0, ...lines.splice(at, 1)),
  glue: (lines, at) => lines.splice(at, 2, lines.slice(at, at + 2).join("")),
  cut: (lines, at, dice) =>
    lines.splice(at, 1, (lines[at] ?? "").slice(0, dice.below(1 + (lines[at] ?? "").length))),
  blank: (lines, at, dice) => lines.splice(at, 0, dice.pick(["", " ", "{}", "[]", "null", "\0\0\0", "\r"])),
};

/** Changes lines of JSON: as lines, and inside their values. */
export function mutateLines(text: string, dice: Dice): { text: string; told: string[] } {
  const lines = text.split("\n");
  const changedOnes = new Set<string>();
  const told: string[] = [];
  for (let left = 1 + dice.below(dice.pick([1, 3, 6])); left > 0; left--) {
    const at = dice.below(lines.length);
    const line = lines[at] ?? "";
    // A line that was changed inside may be nested too deeply to be changed again.
    const value = changedOnes.has(line) ? undefined : parsed(line);
    if (value !== undefined && dice.below(3) > 0) {
      const changed = mutateJson(value, dice);
      lines[at] = changed.text;
      changedOnes.add(changed.text);
      told.push(`line ${at + 1}: ${changed.told.join(", ")}`);
    } else {
      const [name, change] = dice.pick(Object.entries(LINES));
      change(lines, at, dice);
      told.push(`${name} line ${at + 1}`);
    }
  }
  return { text: lines.join(dice.below(20) > 0 ? "\n" : "\r\n"), told };
}

/** Undefined where the text is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
