import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { imageFacts } from "../../src/model/image.js";
import { documentFacts } from "../../src/model/pdf.js";
import { scratch } from "../support/fixtures.js";
import { jpeg, png } from "../support/images.js";
import { pdf } from "../support/pdf.js";

const dir = scratch();
afterAll(dir.remove);
const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");

describe("what a document's bytes say", () => {
  test.each([
    ["a PDF", pdf(3), { isPdf: true, pages: 3 }],
    ["one whose page tree is compressed", pdf(700, { packed: true }), { isPdf: true, pages: 700 }],
    ["one with a password", pdf(1, { locked: true }), { isPdf: true, pages: 1, locked: true }],
    ["one that begins late", base64(`${"\n".repeat(900)}%PDF-1.4\n%%EOF`), { isPdf: true }],
    ["a web page", base64("<html></html>"), { isPdf: false }],
    ["one with a broken stream", base64("%PDF-1.5\n<</Type/ObjStm>>stream\nxx\nendstream"), { isPdf: true }],
    ["nothing", "", { isPdf: false }],
  ])("%s", (_, data, facts) => expect(documentFacts(data)).toEqual(facts));

  test("dictionaries that are never closed end with the file", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("<<", ">>", "/Type /Pages ", "/Count 4 ", "stream\n")),
        (pieces) => {
          expect(documentFacts(base64(`%PDF-1.5 ${pieces.join("")}`)).isPdf).toBe(true);
        },
      ),
    );
  });
});

/** A whole PNG of one grey row. */
function wholePng(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  };
  return Buffer.concat([
    Buffer.from(png(40, 1), "base64"),
    chunk("IDAT", deflateSync(Buffer.alloc(4000, 7), { level: 0 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("an image whose end is missing", () => {
  const whole = wholePng();
  test("a PNG is cut anywhere behind the beginning of its pixels", () => {
    expect(imageFacts(whole.toString("base64"))).not.toHaveProperty("cut");
    expect(imageFacts(Buffer.concat([whole, Buffer.alloc(9000)]).toString("base64"))).not.toHaveProperty(
      "cut",
    );
    fc.assert(
      fc.property(fc.integer({ min: 41, max: whole.length - 9 }), (length) => {
        expect(imageFacts(whole.subarray(0, length).toString("base64"))).toHaveProperty("cut", true);
      }),
    );
  });
  test("a JPEG, and a WebP that says how long it is", () => {
    const scanned = Buffer.concat([
      Buffer.from(jpeg(), "base64"),
      Buffer.from("ffda0008", "hex"),
      Buffer.alloc(50),
    ]);
    expect(imageFacts(scanned.toString("base64"))).toHaveProperty("cut", true);
    const ended = Buffer.concat([scanned, Buffer.from("ffd9", "hex")]);
    expect(imageFacts(ended.toString("base64"))).not.toHaveProperty("cut");
    const webp = Buffer.alloc(60);
    webp.write("RIFF\x34\0\0\0WEBPVP8X", "latin1");
    expect(imageFacts(webp.toString("base64"))).not.toHaveProperty("cut");
    expect(imageFacts(webp.subarray(0, 40).toString("base64"))).toHaveProperty("cut", true);
  });
});

const document = (data: string) => ({
  type: "document",
  source: { type: "base64", media_type: "application/pdf", data },
});
const image = (source: object) => ({ type: "image", source });
const claude = (model: string, ...content: object[]) => ({ model, messages: [{ role: "user", content }] });
const inResult = (...content: object[]) => ({
  model: "claude-x",
  messages: [
    { role: "user", content: "go" },
    { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content }] },
  ],
});
const cutPng = {
  type: "base64",
  media_type: "image/png",
  data: wholePng().subarray(0, 900).toString("base64"),
};
const url = { type: "url", url: "https://example.com/a.png" };
const file = (data: string) => ({
  model: "gpt-5",
  input: [{ role: "user", content: [{ type: "input_file", filename: "f", file_data: data }] }],
});

describe("attachments that the service refuses", () => {
  const bodies: [name: string, body: object, provider: string, problems: string[]][] = [
    ["a PDF", claude("claude-x", document(pdf(3))), "anthropic", []],
    ["no PDF", claude("claude-x", document(base64("<html>"))), "anthropic", ["not-a-pdf"]],
    ["no PDF in a result", inResult(document(base64("<html>"))), "anthropic", ["not-a-pdf"]],
    ["a locked PDF", claude("claude-x", document(pdf(1, { locked: true }))), "anthropic", ["locked"]],
    [
      "101 pages for a small context",
      claude("claude-sonnet-4-5", document(pdf(101))),
      "anthropic",
      ["too-many-pages"],
    ],
    ["101 pages for a large one", claude("claude-opus-4-8", document(pdf(101))), "anthropic", []],
    [
      "601 pages for a large one",
      claude("claude-opus-4-8", document(pdf(601))),
      "anthropic",
      ["too-many-pages"],
    ],
    [
      "pages of two documents",
      claude("claude-opus-4-8", document(pdf(400)), document(pdf(300))),
      "anthropic",
      ["too-many-pages"],
    ],
    ["a cut image", claude("claude-x", image(cutPng)), "anthropic", ["cut"]],
    ["a cut image in a result", inResult(image(cutPng)), "anthropic", ["cut"]],
    ["a URL", claude("claude-x", image(url)), "anthropic", []],
    ["a URL over Bedrock", claude("claude-x", image(url)), "bedrock", ["url"]],
    ["audio as a file", file("data:audio/mpeg;base64,AAAA"), "openai-responses", ["refused-type"]],
    ["a table as a file", file("data:text/csv;base64,AAAA"), "openai-responses", []],
    [
      "a file that stands at the service",
      { model: "gpt-5", input: [{ role: "user", content: [{ type: "input_file", file_id: "f-1" }] }] },
      "openai-responses",
      [],
    ],
  ];
  test.each(bodies)("%s", async (_, body, provider, problems) => {
    const path = dir.path("body.json");
    writeFileSync(path, JSON.stringify(body));
    const { findings } = await scan(path, { now: 0, providers: [provider] });
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors.map(({ rule, evidence }) => [rule, evidence.problem])).toEqual(
      problems.map((problem) => ["unsendable-media", problem]),
    );
  });
});
