import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);
const NOW = ["--now", "2026-11-21T12:00:00Z"];

const time = { created: 1_795_242_723_887, updated: 1_795_242_723_887, completed: 1_795_242_723_900 };
const ids = { sessionID: "ses_1", messageID: "msg_2" };
const tokens = { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } };
const SECRET = "SECRET";

/** An export in which words of nobody's texts hold a secret: a media type, a reason, a kind, a status, names. */
const EXPORT = {
  info: { id: "ses_1", projectID: "p", directory: "/home/dev", title: "t", version: "1.18.34", time },
  messages: [
    {
      info: {
        id: "msg_1",
        role: "user",
        sessionID: "ses_1",
        time,
        agent: "build",
        model: { providerID: "x", modelID: "y" },
      },
      parts: [
        {
          ...ids,
          messageID: "msg_1",
          id: "prt_1",
          type: "file",
          mime: `image/${SECRET} and more`,
          url: "data:,x",
        },
        { ...ids, messageID: "msg_1", id: "prt_2", type: `${SECRET} of a kind` },
      ],
    },
    {
      info: {
        id: "msg_2",
        role: "assistant",
        sessionID: "ses_1",
        time,
        parentID: "msg_1",
        modelID: `${SECRET} model`,
        providerID: "x",
        mode: "build",
        agent: "build",
        path: { cwd: "/", root: "/" },
        cost: 0,
        tokens,
        finish: `${SECRET} finish`,
      },
      parts: [
        {
          ...ids,
          id: "prt_3",
          type: "tool",
          tool: `${SECRET} tool`,
          callID: "a",
          state: { status: `${SECRET} status` },
        },
        { ...ids, id: "prt_4", type: "step-finish", reason: `${SECRET} reason`, cost: 0, tokens },
      ],
    },
  ],
};

const BODY = {
  model: "m",
  max_tokens: 1,
  messages: [
    {
      role: "user",
      content: [
        { type: `${SECRET} kind`, text: "x" },
        { type: "image", source: { type: "base64", media_type: `image/${SECRET} more`, data: "x" } },
      ],
    },
    { role: "assistant", content: [{ type: "tool_use", id: "a", name: `${SECRET} tool`, input: {} }] },
  ],
};

describe("a stored word that could be free text is told by its length", () => {
  test.each([
    ["export", EXPORT],
    ["request", BODY],
  ])("in an %s, by every command and format", async (name, value) => {
    const path = dir.path(`${name}.json`);
    writeFileSync(path, JSON.stringify(value));
    const commands = [
      ...["table", "json", "ndjson", "sarif", "junit", "github", "markdown", "html"].map((format) => [
        "scan",
        path,
        "--format",
        format,
      ]),
      ...["table", "json"].flatMap((format) => [
        ["inspect", path, "--format", format],
        ["replay", path, "--format", format],
        ["repair", path, "--format", format],
      ]),
    ];
    for (const args of commands) {
      const { stdout, stderr } = await run([...args, ...NOW]);
      expect(stdout.length + stderr.length, args.join(" ")).toBeGreaterThan(20);
      expect(`${stdout}${stderr}`, args.join(" ")).not.toContain(SECRET);
    }
  });
});
