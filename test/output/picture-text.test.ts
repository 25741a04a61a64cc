import { expect, test } from "vitest";
import { pictureText } from "../../src/reporters/picture-text.js";
import { assistant, bye, hi, result, text, use, user } from "../support/anthropic-messages.js";
import { drawnMessages, NOW } from "../support/pictures.js";

function linesOf(messages: readonly unknown[], width = 80): string[] {
  const picture = drawnMessages(messages, true);
  const options = { width, color: false, now: NOW, show: "info" as const };
  return [...pictureText(picture, options)].join("").trimEnd().split("\n");
}

test("parallel calls lead to their results over lines of their own", () => {
  expect(linesOf([hi, assistant(use("a"), use("b")), user(result("a"), result("b")), bye])).toEqual([
    "       user                             assistant",
    '    0  text 2 "hi"',
    "    1                               ┌── call read",
    "                                  ┌─┼── call read",
    '    2  result "ok"         ◀──────┼─┘',
    '       result "ok"         ◀──────┘',
    '       text 5 "go on"',
  ]);
});

test("a call without a result hangs, and the turn that is refused is marked", () => {
  expect(linesOf([hi, assistant(text("look"), use("a")), bye])).toEqual([
    "       user                             assistant",
    '    0  text 2 "hi"',
    '▶   1                                   text 4 "look"',
    "                                    ?── call read ✖ tool call without a result",
    '    2  text 5 "go on"',
  ]);
});

test("an id used twice leads two lines to one call", () => {
  const lines = linesOf([hi, assistant(use("1"), use("1")), user(result("1"), result("1")), bye]);
  expect(lines.slice(2, 6)).toEqual([
    "▶   1                             ┌─┬── call read",
    "                                ┌─┼─┼── call read ✖ tool call id used twice",
    '    2  result "ok"         ◀────┼─┘ │',
    '       result "ok"         ◀────┴───┘',
  ]);
});

test("glued steps are torn", () => {
  const lines = linesOf([hi, assistant(use("1"), text("b")), user(result("1")), bye]);
  expect(lines[3]).toMatch(/^ {36}│ +\/\\\/\\\/\\ torn$/);
  expect(lines[4]).toContain("✖ text or thinking after a t");
});

test("a result without its call hangs in the user's lane", () => {
  const lines = linesOf([hi, user(result("9")), assistant(text("a")), bye]);
  expect(lines[2]).toMatch(/^ {7}result "ok" ✖ +◀?─+\? +✖ tool result without its call$/);
});

const turn = (at: number) => [
  user(text(`prompt ${at}`)),
  assistant(use(`c${at}`)),
  user(result(`c${at}`)),
  assistant(text("done")),
];

test.each([60, 80, 100])("at %i columns, the healthy middle of a long conversation is counted", (width) => {
  const messages = Array.from({ length: 200 }, (_, at) => turn(at)).flat();
  messages.splice(402, 1, user(text("no result")));
  const lines = linesOf([...messages, bye], width);
  expect(lines.length).toBeLessThan(30);
  expect(lines.filter((line) => line.length > width)).toEqual([]);
  const hidden = lines.flatMap((line) => /… ([\d,]+) turns?/.exec(line)?.[1] ?? []).map(Number);
  const shown = lines.filter((line) => /^[▶ ] +\d+ /.test(line)).length;
  expect(hidden.reduce((sum, number) => sum + number, 0) + shown).toBe(801);
  expect(lines.some((line) => line.startsWith("▶ 401"))).toBe(true);
});

test("with many damaged turns and calls, the drawing stays short", () => {
  const broken = Array.from({ length: 60 }, (_, at) => [
    user(text(`prompt ${at}`)),
    assistant(...Array.from({ length: 40 }, (_, call) => use(`${at} ${call}`))),
  ]).flat();
  const lines = linesOf([...broken, bye]);
  expect(lines.length).toBeLessThan(300);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.some((line) => /… \d+ turns, \d+ damaged/.test(line))).toBe(true);
  expect(lines.some((line) => line.includes("… 32 blocks more"))).toBe(true);
});
