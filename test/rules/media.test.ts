import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { decodedBytes, imageFacts } from "../../src/model/image.js";
import { first, present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { scan } from "../../src/scan/scan.js";
import { damagedCopy, scratch, sqlFixtures } from "../support/fixtures.js";
import { jpeg, png } from "../support/images.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const TOOL = "prt_1fcce0f0700152Ia6UzVTL2TKS";
const FILE = "prt_1fcce0a40001aaaaaaaaaaaaaa";
const dir = scratch();
afterAll(dir.remove);

describe("what an image's bytes say", () => {
  test.each([
    ["a PNG", png(640, 480), { type: "image/png", width: 640, height: 480 }],
    ["a JPEG", jpeg(), { type: "image/jpeg", width: 640, height: 480 }],
    ["a JPEG with a long head", jpeg(480, 2), { type: "image/jpeg", width: 640, height: 480 }],
    ["a GIF", "R0lGODlhCgAUAAAAACwAAAAA", { type: "image/gif", width: 10, height: 20 }],
    ["a PNG that is cut in its head", "iVBORw0KGgo=", { type: "image/png" }],
    ["no image", Buffer.from("<html></html>").toString("base64"), null],
    ["nothing", "", null],
  ])("%s", (_, base64, facts) => expect(imageFacts(base64)).toEqual(facts));

  test.each([0, 1, 2, 3, 4, 1000])("%i bytes of base64 are counted without decoding", (length) => {
    expect(decodedBytes(Buffer.alloc(length).toString("base64"))).toBe(length);
    expect(decodedBytes(`${Buffer.alloc(length).toString("base64")}\n`)).toBe(length);
  });
});

async function mend(path: string, unsafe = false, providers: string[] = []) {
  const { plan } = await prepareRepair(path, { now: NOW, providers }, { unsafe });
  return applyPlan(path, plan, { backup: false, nothing: true });
}

function part(path: string, id: string) {
  const db = openForWriting(path);
  const data = db.prepare("select data from part where id = ?").pluck().get(id) as string;
  db.close();
  return JSON.parse(data);
}

/** User files of the given images, one part each, in the first prompt; `mime` defaults to what they are. */
function withFiles(name: string, urls: string[]): string {
  const path = dir.path(name);
  damagedCopy(path, "opencode", "select 1");
  const db = openForWriting(path);
  const insert = db.prepare(
    "insert into part select ?, message_id, session_id, time_created, time_updated, ? from part where id = 'prt_1fcce0a3f001RTxvmyWtLs1upQ'",
  );
  const columns = db.prepare("select group_concat(name) from pragma_table_info('part')").pluck().get();
  expect(columns).toBe("id,message_id,session_id,time_created,time_updated,data");
  urls.forEach((url, index) => {
    const id = `prt_1fcce0a40001a${String(index).padStart(13, "0")}`;
    insert.run(
      id,
      JSON.stringify({ type: "file", mime: /^data:([^;]+)/.exec(url)?.[1] ?? "image/png", url }),
    );
  });
  db.pragma("wal_checkpoint(truncate)");
  db.close();
  return path;
}

const url = (base64: string) => `data:image/png;base64,${base64}`;

async function found(path: string, providers: string[] = []) {
  const { findings } = await scan(path, { now: NOW, providers });
  return findings.filter(({ rule }) => rule === "unsendable-media");
}

describe("safe repairs keep what can be kept", () => {
  const fixture = (name: string) => {
    const { sql, store } = present(sqlFixtures().find((one) => one.name === `unsendable-media.${name}`));
    const path = dir.path(`${name}.db`);
    damagedCopy(path, store, sql);
    return path;
  };

  test("a wrong type is corrected, and the image stays", async () => {
    const path = fixture("opencode.type");
    const before = part(path, FILE).url;
    await mend(path);
    const after = part(path, FILE);
    expect(after).toMatchObject({ type: "file", mime: "image/jpeg", filename: "shot.png" });
    expect(after.url).toBe(before.replace("data:image/png", "data:image/jpeg"));
  });
  test("of three attachments the bad one goes, and the output says so", async () => {
    const path = fixture("opencode.attachment");
    const { output } = part(path, TOOL).state;
    await mend(path);
    const { state } = part(path, TOOL);
    expect(state.attachments.map(({ id }: { id: string }) => id)).toEqual(["prt_x0", "prt_x2"]);
    expect(state.output).toBe(
      `${output}\n[An attachment (image/png) was too much to be sent and was removed.]`,
    );
  });
  test("where it is the only one, the list goes", async () => {
    const path = fixture("opencode.attachment-bmp");
    await mend(path);
    expect(part(path, TOOL).state).not.toHaveProperty("attachments");
  });
  test("over 5 MB", async () => {
    const path = withFiles("bytes.db", [url(png(640, 480, 5 * 1024 * 1024)), url(png(640, 480, 5_242_000))]);
    expect(await found(path)).toMatchObject([
      { severity: "error", evidence: { problem: "too-large", media: [{ bytes: 5_242_913 }] } },
    ]);
    await mend(path);
    expect(await found(path)).toEqual([]);
  });
  test("attachments of a result that the host has cleared are not sent", async () => {
    const path = fixture("opencode.attachment");
    const db = openForWriting(path);
    db.prepare("update part set data = json_set(data, '$.state.time.compacted', 1) where id = ?").run(TOOL);
    db.close();
    expect(await found(path)).toEqual([]);
  });
});

describe("limits of a request with many images: reported, and mended with --unsafe only", () => {
  test.each<[string, number, (index: number) => string, string[], number, string]>([
    ["20 wide ones are taken", 20, () => png(2500, 10), [], 0, ""],
    ["21 wide ones are not", 21, () => png(2500, 10), [], 21, "too-wide-among-many"],
    ["21 with one wide one", 21, (index) => png(10, index === 7 ? 2001 : 10), [], 1, "too-wide-among-many"],
    ["21 small ones are taken", 21, () => png(2000, 2000), [], 0, ""],
    ["102 images: the two oldest", 102, () => png(10, 10), [], 2, "too-many"],
    ["52 images for MiniMax: the two oldest", 52, () => png(10, 10), ["minimax"], 2, "too-many"],
  ])("%s", async (name, number, image, providers, expected, problem) => {
    const path = withFiles(
      `${name.replaceAll(/\W/g, "-")}.db`,
      Array.from({ length: number }, (_, index) => url(image(index))),
    );
    const graded = async () => (await found(path, providers)).filter(({ severity }) => severity !== "info");
    const before = await graded();
    expect(
      before.map(({ severity, repair, evidence }) => [severity, repair.safety, evidence.problem]),
    ).toEqual(Array.from({ length: expected }, () => ["error", "unsafe", problem]));
    if (problem === "too-many")
      expect(before.map((finding) => present(finding.part).slice(-2))).toEqual(["00", "01"]);
    if (expected === 0) return;
    const bytes = readFileSync(path);
    await mend(path, false, providers);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    await mend(path, true, providers);
    expect(await graded()).toEqual([]);
    expect(part(path, present(first(before).part))).toMatchObject({ type: "text", synthetic: true });
    const again = await prepareRepair(path, { now: NOW, providers }, { unsafe: true });
    expect(again.plan.sessions.flatMap(({ operations }) => operations)).toEqual([]);
  });

  test("what only another provider refuses is a note, and --unsafe leaves it", async () => {
    const path = withFiles(
      "minimax.db",
      Array.from({ length: 52 }, () => url(png(10, 10))),
    );
    expect((await found(path)).map(({ severity }) => severity)).toEqual(["info", "info"]);
    const { plan } = await prepareRepair(path, { now: NOW }, { unsafe: true });
    expect(plan.sessions.flatMap(({ operations }) => operations)).toEqual([]);
  });

  test("an image that is refused alone and another of the crowd are two findings", async () => {
    const images = Array.from({ length: 23 }, (_, index) =>
      url(png(index === 0 ? 9000 : index === 1 ? 2500 : 10, 10)),
    );
    expect(
      (await found(withFiles("both.db", images))).map(({ evidence, repair }) => [
        evidence.problem,
        repair.safety,
      ]),
    ).toEqual([
      ["too-wide", "safe"],
      ["too-wide-among-many", "unsafe"],
    ]);
  });
});

describe("images of captured requests", () => {
  const source = (mime: string, data: string) => ({ type: "base64", media_type: mime, data });
  const anthropic = (content: unknown[]) => ({
    model: "claude",
    system: "x",
    messages: [{ role: "user", content }],
  });
  const inResult = (image: unknown) => ({
    model: "claude",
    messages: [
      { role: "user", content: "look" },
      { role: "assistant", content: [{ type: "tool_use", id: "a", name: "read", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: [image] }] },
    ],
  });
  const responses = (image_url: string) => ({
    model: "gpt",
    input: [{ role: "user", content: [{ type: "input_image", image_url }] }],
  });
  const chat = (image: string) => ({
    model: "gpt",
    messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: image } }] }],
  });
  test.each<[string, unknown, string | null]>([
    ["a good one", anthropic([{ type: "image", source: source("image/png", png(10, 10)) }]), null],
    ["another type", anthropic([{ type: "image", source: source("image/png", jpeg()) }]), "other-type"],
    ["too wide", anthropic([{ type: "image", source: source("image/png", png(8001, 10)) }]), "too-wide"],
    [
      "inside a tool result",
      inResult({ type: "image", source: source("image/png", png(8001, 10)) }),
      "too-wide",
    ],
    ["an uploaded file", anthropic([{ type: "image", source: { type: "file", file_id: "file_1" } }]), null],
    [
      "a document of text",
      anthropic([
        { type: "document", source: { type: "text", media_type: "text/plain", data: "hello <world>" } },
      ]),
      null,
    ],
    ["no data", anthropic([{ type: "image", source: source("image/png", "") }]), "empty-data"],
    ["Chat: a link", chat("https://example.com/x.png"), null],
    [
      "Chat: no image",
      chat(`data:image/png;base64,${Buffer.from("<html>").toString("base64")}`),
      "not-an-image",
    ],
    ["Responses: a good one", responses(url(png(10, 10))), null],
    [
      "Responses: no image",
      responses(`data:image/png;base64,${Buffer.from("<html>").toString("base64")}`),
      "not-an-image",
    ],
  ])("%s", async (name, body, problem) => {
    const path = dir.path(`${name.replaceAll(/\W/g, "-")}.json`);
    writeFileSync(path, JSON.stringify(body));
    expect((await found(path)).map(({ evidence }) => evidence.problem)).toEqual(problem ? [problem] : []);
  });
});

describe("a file that only some wires have a form for", () => {
  test.each([
    [undefined, "error"],
    ["anthropic", "error"],
    ["openai-responses", "error"],
    ["openai-chat", "warning"],
  ])("a web page in a prompt, provider %s: %s", async (provider, severity) => {
    const path = withFiles("page.db", ["data:text/html;base64,PGgxPg=="]);
    const { findings } = await scan(path, { now: NOW, ...(provider && { providers: [provider] }) });
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([
      ["unsendable-media", severity],
    ]);
    await mend(path);
    expect((await scan(path, { now: NOW })).findings).toEqual([]);
  });
});
