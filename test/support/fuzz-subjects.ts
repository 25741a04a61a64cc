import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { damagedCopy, FIXTURES, requestFixtures, sqlFixtures } from "./fixtures.js";
import { type Dice, mutateJson, mutateLines, parsed } from "./fuzz.js";
import { mutateBytes } from "./fuzz-bytes.js";
import { mutateRows } from "./fuzz-rows.js";
import { healthyLines, lineFixtures, placeLines } from "./lines.js";

export type Kind = "database" | "document" | "lines";

/** A file from which inputs are made. */
export interface Subject {
  readonly kind: Kind;
  readonly name: string;
  /** The store of a file of lines. */
  readonly store: string;
  readonly bytes: Buffer;
}

const LINE_STORES = ["claude", "codex", "gemini", "pi"];

/** Every fixture of a kind. `folder`: where databases are made. */
export function subjectsOf(kind: Kind, folder: string): Subject[] {
  const subject = (name: string, bytes: Buffer, store = ""): Subject => ({ kind, name, store, bytes });
  if (kind === "lines")
    return [
      ...LINE_STORES.map((store) => subject(`healthy.${store}`, healthyLines(store), store)),
      ...lineFixtures().map(({ name, store, bytes }) => subject(name, bytes, store)),
    ];
  if (kind === "document")
    return [
      ...readdirSync(join(FIXTURES, "json")).map((name) =>
        subject(name, readFileSync(join(FIXTURES, "json", name))),
      ),
      ...requestFixtures().map(({ name, body }) => subject(name, Buffer.from(JSON.stringify(body)))),
    ];
  const healthy = ["opencode.db", "instatic.db", "damaged.db"];
  return [
    ...healthy.map((name) => subject(name, readFileSync(join(FIXTURES, name)))),
    ...sqlFixtures().map(({ name, store, sql }) => {
      const path = join(folder, "subject.db");
      damagedCopy(path, store, sql);
      return subject(name, readFileSync(path));
    }),
  ];
}

/** A file that a random change made of a fixture, in a folder of its own. */
export interface Input {
  readonly folder: string;
  readonly path: string;
  /** The fixture, and the changes. */
  readonly told: string;
}

export function makeInput(subjects: readonly Subject[], dice: Dice, folder: string): Input {
  const subject = dice.pick(subjects);
  const own = mkdtempSync(join(folder, "input-"));
  const place = { database: placeDatabase, document: placeDocument, lines: placeSession }[subject.kind];
  const { path, told } = place(subject, dice, own);
  return { folder: own, path, told: `${subject.name}: ${told.join("; ").slice(0, 400)}` };
}

type Placed = Omit<Input, "folder" | "told"> & { readonly told: readonly string[] };

function placeDatabase({ bytes }: Subject, dice: Dice, folder: string): Placed {
  const path = join(folder, "x.db");
  writeFileSync(path, bytes);
  const way = dice.below(5);
  const rows = way === 0 ? [] : mutateRows(path, dice);
  if (way > 1) return { path, told: rows };
  const changed = mutateBytes(readFileSync(path), dice);
  writeFileSync(path, changed.bytes);
  return { path, told: [...rows, ...changed.told] };
}

/** How requests are kept: alone, in a list, as lines, in logs. */
const FRAMES: readonly (readonly [ending: string, frame: (text: string, other: string) => string])[] = [
  ["json", (text) => text],
  ["json", (text) => text],
  ["json", (text) => text],
  ["json", (text, other) => `[${text},${other}]`],
  ["jsonl", (text, other) => `${oneLine(text)}\n${oneLine(other)}\n`],
  ["jsonl", (text) => `{"custom_id":"a","body":${oneLine(text)}}\n`],
  ["json", (text) => `{"request":{"body":{"string":${JSON.stringify(text)}}}}`],
  ["json", (text) => `{"log":{"entries":[{"request":{"postData":{"text":${JSON.stringify(text)}}}}]}}`],
  ["yaml", (text) => `interactions:\n- request:\n    body:\n      string: ${JSON.stringify(text)}\n`],
  ["json", (text) => `Exporting session\n${text}`],
];
const oneLine = (text: string) => text.replaceAll("\n", " ");

function placeDocument({ bytes }: Subject, dice: Dice, folder: string): Placed {
  const [ending, frame] = dice.pick(FRAMES);
  const path = join(folder, `x.${ending}`);
  const told: string[] = [];
  let text = bytes.toString("utf8");
  const framed = frame(text, text);
  const value = parsed(framed);
  const way = dice.below(5);
  if (way === 0) text = framed;
  else if (value !== undefined && way < 3) {
    const changed = mutateJson(value, dice, dice.pick([0, 2]));
    text = changed.text;
    told.push(...changed.told);
  } else {
    const changed = mutateJson(parsed(text), dice, dice.pick([0, 2]));
    text = frame(changed.text, text);
    told.push(...changed.told);
  }
  if (dice.below(4) > 0 && way > 0) writeFileSync(path, text);
  else {
    const changed = mutateBytes(Buffer.from(text), dice);
    writeFileSync(path, changed.bytes);
    told.push(...changed.told);
  }
  return { path, told };
}

function placeSession({ bytes, store }: Subject, dice: Dice, folder: string): Placed {
  const told: string[] = [];
  let now = bytes;
  const way = dice.below(5);
  if (way > 0) {
    const changed = mutateLines(bytes.toString("utf8"), dice);
    now = Buffer.from(changed.text);
    told.push(...changed.told);
  }
  if (way < 2) {
    const changed = mutateBytes(now, dice);
    now = changed.bytes;
    told.push(...changed.told);
  }
  mkdirSync(folder, { recursive: true });
  return { path: placeLines(folder, store, now), told };
}
