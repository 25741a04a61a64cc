import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type Line, LineFile } from "../../src/files/lines.js";
import { scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

function read(bytes: string | Buffer): Line[] {
  const path = dir.path("some.jsonl");
  writeFileSync(path, bytes);
  const file = new LineFile(path);
  try {
    return [...file.lines()];
  } finally {
    file.close();
  }
}

/** The problem of each line, or its value. */
const told = (bytes: string | Buffer) => read(bytes).map(({ problem, value }) => problem ?? value);

describe("a line of a file", () => {
  test("is its value, with its place in bytes", () => {
    const [, second] = read('{"a":"ä"}\n{"b":2}\n');
    expect(second).toMatchObject({ number: 2, at: 11, size: 7, ending: "\n", value: { b: 2 } });
  });

  test.each<[string, string | Buffer, unknown[]]>([
    ["without a line break at the end", '{"a":1}\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ["with Windows line breaks", '{"a":1}\r\n{"b":2}\r\n', [{ a: 1 }, { b: 2 }]],
    ["blank", '{"a":1}\n\n{"b":2}\n', [{ a: 1 }, "blank", { b: 2 }]],
    ["torn", '{"a":1}\n{"b":"hal\n{"c":3}\n', [{ a: 1 }, "torn", { c: 3 }]],
    ["torn at the end", '{"a":1}\n{"b":', [{ a: 1 }, "torn"]],
    ["glued behind a torn one", '{"a":"ha{"b":2}\n', ["glued"]],
    ["two rows in a line", '{"a":1}{"b":2}\n', ["glued"]],
    ["a run of NUL bytes", Buffer.from('{"a":1}\n\0\0\0\0\n{"b":2}\n'), [{ a: 1 }, "nul", { b: 2 }]],
    ["NUL bytes before a row", Buffer.from('\0\0\0{"b":2}\n'), ["nul"]],
    ["cut by raw line breaks", '{"a":"one\ntwo\nthree"}\n{"b":2}\n', ["split", "rest", "rest", { b: 2 }]],
  ])("%s", (_, bytes, expected) => expect(told(bytes)).toEqual(expected));

  test("tells the rows that stand whole in it, and the half that does not", () => {
    expect(read('{"a":"ha{"b":1.0}\n')[0]).toMatchObject({ rescued: ['{"b":1.0}'], half: '{"a":"ha' });
    expect(read('{"a":"one\ntwo"}\n')[0]?.rescued).toEqual(['{"a":"one\\ntwo"}']);
  });

  test("tells a byte order mark and bytes that are no UTF-8", () => {
    const [first, second] = read(Buffer.from('\ufeff{"a":1}\n{"b":"?"}\n'.replace("?", "\u0001"), "utf8"));
    expect(first).toMatchObject({ mark: true, value: { a: 1 } });
    expect(second?.mark).toBeUndefined();
    const bytes = Buffer.from('{"a":"?"}\n');
    bytes[6] = 0xff;
    expect(read(bytes)[0]).toMatchObject({ badUtf8: true, value: { a: "\ufffd" } });
    expect(read('{"a":"\ufffd"}\n')[0]?.badUtf8).toBeUndefined();
  });

  test("over 32 MB is sized, not opened", () => {
    const large = `{"a":"${"x".repeat(33 * 1024 * 1024)}"}`;
    expect(read(`{"b":1}\n${large}\n{"c":3}\n`)).toMatchObject([
      { value: { b: 1 } },
      { problem: "too-large", text: null, size: large.length },
      { value: { c: 3 } },
    ]);
  });

  test("longer than a chunk is whole", () => {
    const text = "y".repeat(3 * 1024 * 1024);
    expect(told(`{"a":"${text}"}\n{"b":2}\n`)).toEqual([{ a: text }, { b: 2 }]);
  });
});

test("a line that is appended after the file was opened is not read", () => {
  const path = dir.path("grows.jsonl");
  writeFileSync(path, '{"a":1}\n');
  const file = new LineFile(path);
  writeFileSync(path, '{"b":2}\n', { flag: "a" });
  expect([...file.lines()]).toHaveLength(1);
  file.close();
});

test("a row that was split is known behind a half line, too", () => {
  const problems = read('{"half":"a\n{"id":"\nb"}\n{"id":"c"}\n').map(({ problem, rescued }) => [
    problem,
    rescued,
  ]);
  expect(problems).toEqual([
    ["torn", undefined],
    ["split", ['{"id":"\\nb"}']],
    ["rest", undefined],
    [undefined, undefined],
  ]);
});
