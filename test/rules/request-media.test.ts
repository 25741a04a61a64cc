import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { scan } from "../../src/scan/scan.js";
import { scratch } from "../support/fixtures.js";
import { jpeg, png } from "../support/images.js";
import { pngUrl, unsendable, withFiles } from "../support/media.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

async function mend(path: string, unsafe = false, providers: string[] = []) {
  const { plan } = await prepareRepair(path, { now: NOW, providers }, { unsafe });
  return applyPlan(path, plan, { backup: false, nothing: true });
}

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
    ["Responses: a good one", responses(pngUrl(png(10, 10))), null],
    [
      "Responses: no image",
      responses(`data:image/png;base64,${Buffer.from("<html>").toString("base64")}`),
      "not-an-image",
    ],
  ])("%s", async (name, body, problem) => {
    const path = dir.path(`${name.replaceAll(/\W/g, "-")}.json`);
    writeFileSync(path, JSON.stringify(body));
    expect((await unsendable(path)).map(({ evidence }) => evidence.problem)).toEqual(
      problem ? [problem] : [],
    );
  });
});

describe("a file that only some wires have a form for", () => {
  test.each([
    [undefined, "error"],
    ["anthropic", "error"],
    ["openai-responses", "error"],
    ["openai-chat", "warning"],
  ])("a web page in a prompt, provider %s: %s", async (provider, severity) => {
    const path = withFiles(dir.path("page.db"), ["data:text/html;base64,PGgxPg=="]);
    const { findings } = await scan(path, { now: NOW, ...(provider && { providers: [provider] }) });
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([
      ["unsendable-media", severity],
    ]);
    await mend(path);
    expect((await scan(path, { now: NOW })).findings).toEqual([]);
  });
});
