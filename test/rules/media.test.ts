import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { decodedBytes, imageFacts } from "../../src/model/image.js";
import { first, present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { damagedCopy, scratch, sqlFixtures } from "../support/fixtures.js";
import { jpeg, png } from "../support/images.js";
import { pngUrl, unsendable, withFiles } from "../support/media.js";

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
    const path = withFiles(dir.path("bytes.db"), [
      pngUrl(png(640, 480, 5 * 1024 * 1024)),
      pngUrl(png(640, 480, 5_242_000)),
    ]);
    expect(await unsendable(path)).toMatchObject([
      { severity: "error", evidence: { problem: "too-large", media: [{ bytes: 5_242_913 }] } },
    ]);
    await mend(path);
    expect(await unsendable(path)).toEqual([]);
  });
  test("attachments of a result that the host has cleared are not sent", async () => {
    const path = fixture("opencode.attachment");
    const db = openForWriting(path);
    db.prepare("update part set data = json_set(data, '$.state.time.compacted', 1) where id = ?").run(TOOL);
    db.close();
    expect(await unsendable(path)).toEqual([]);
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
      dir.path(`${name.replaceAll(/\W/g, "-")}.db`),
      Array.from({ length: number }, (_, index) => pngUrl(image(index))),
    );
    const graded = async () =>
      (await unsendable(path, providers)).filter(({ severity }) => severity !== "info");
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
    expect([...again.plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
  });

  test("what only another provider refuses is a note, and --unsafe leaves it", async () => {
    const path = withFiles(
      dir.path("minimax.db"),
      Array.from({ length: 52 }, () => pngUrl(png(10, 10))),
    );
    expect((await unsendable(path)).map(({ severity }) => severity)).toEqual(["info", "info"]);
    const { plan } = await prepareRepair(path, { now: NOW }, { unsafe: true });
    expect([...plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
  });

  test("an image that is refused alone and another of the crowd are two findings", async () => {
    const images = Array.from({ length: 23 }, (_, index) =>
      pngUrl(png(index === 0 ? 9000 : index === 1 ? 2500 : 10, 10)),
    );
    expect(
      (await unsendable(withFiles(dir.path("both.db"), images))).map(({ evidence, repair }) => [
        evidence.problem,
        repair.safety,
      ]),
    ).toEqual([
      ["too-wide", "safe"],
      ["too-wide-among-many", "unsafe"],
    ]);
  });
});
