import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { mendJson } from "../../src/repair/json.js";
import { scratch } from "../support/fixtures.js";
import { DAMAGED, HEALTHY, type Request, text, URL } from "../support/logged.js";
import { shell } from "../support/spawn.js";

const dir = scratch();
afterAll(dir.remove);

const indented = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const answer = { status: 400, headers: { "x-id": "1" } };

interface Format {
  readonly name: string;
  readonly file: string;
  write(request: Request): string;
  /** The line at which a damaged request begins, or its finding is. */
  readonly line: number;
}

const FORMATS: Format[] = [
  {
    name: "recording",
    file: "object.json",
    write: (body) => indented({ request: { url: URL, body }, response: answer }),
    line: 15,
  },
  {
    name: "recording",
    file: "text.json",
    write: (body) => indented({ request: { url: URL, body: text(body) }, response: answer }),
    line: 4,
  },
  {
    name: "VCR cassette",
    file: "cassette.json",
    write: (body) => indented({ interactions: [{ request: { uri: URL, body: { string: text(body) } } }] }),
    line: 7,
  },
  {
    name: "VCR cassette",
    file: "quoted.yaml",
    write: (body) =>
      `interactions:\n- request:\n    body: '${text(body).replaceAll("'", "''")}'\n    uri: ${URL} # kept\n  response: {status: {code: 400}}\n`,
    line: 3,
  },
  {
    name: "VCR cassette",
    file: "block.yml",
    write: (body) =>
      `---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n        body: |\n            ${text(body)}\n        url: ${URL}\n`,
    line: 6,
  },
  {
    name: "HAR",
    file: "network.har",
    write: (body) =>
      indented({
        log: {
          entries: [
            { request: { method: "GET", url: "/" } },
            { request: { method: "POST", url: URL, postData: { text: text(body) } }, response: answer },
          ],
        },
      }),
    line: 15,
  },
  {
    name: "batch",
    file: "batch.jsonl",
    write: (body) =>
      `${text({ custom_id: "1", params: HEALTHY })}\n${text({ custom_id: "2", params: body })}\n`,
    line: 2,
  },
  {
    name: "Langfuse export",
    file: "trace.json",
    write: ({ messages }) =>
      indented({ trace: { id: "t" }, observations: [{ input: "x" }, { model: "claude", input: messages }] }),
    line: 19,
  },
  {
    name: "curl command",
    file: "single.sh",
    write: (body) =>
      `curl ${URL} \\\n  -H 'content-type: application/json' \\\n  --data-raw '${indented(body).replaceAll("'", "'\\''")}' -s\n`,
    line: 3,
  },
  {
    name: "curl command",
    file: "ansi.txt",
    write: (body) =>
      `$ curl '${URL}' -H "a: b" --data-binary $'${text(body).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'\n`,
    line: 1,
  },
  {
    name: "curl command",
    file: "double.sh",
    write: (body) => `curl -X POST ${URL} -d"${text(body).replaceAll(/[\\"]/g, "\\$&")}" | jq .\n`,
    line: 1,
  },
  {
    name: "LiteLLM log",
    file: "spend.jsonl",
    write: (body) => `${text({ request_id: "1", proxy_server_request: text(body) })}\n`,
    line: 1,
  },
];

async function found(file: string, content: string) {
  const path = dir.path(file);
  writeFileSync(path, content);
  const { findings, inputs } = await scan(path, { now: 0 });
  return { path, findings: findings.filter(({ severity }) => severity === "error"), input: inputs[0] };
}

describe.each(FORMATS)("$name ($file)", ({ name, file, write, line }) => {
  test("a healthy request in it is healthy, and its format is named", async () => {
    const { findings, input } = await found(file, write(HEALTHY));
    expect(findings).toEqual([]);
    expect(input).toMatchObject({ kind: "request", status: "ok", wrappers: [name] });
  });

  test("a damaged request is found at its line, and mended; the bytes around it stay", async () => {
    const { path, findings } = await found(file, write(DAMAGED));
    expect(findings.map(({ rule, location }) => [rule, location?.line])).toEqual([
      ["missing-tool-result", line],
    ]);
    const pieces: string[] = [];
    for await (const piece of mendJson(path, { now: 0 }, {}, undefined)) pieces.push(piece.text);
    const mended = pieces.join("");
    expect((await found(`mended-${file}`, mended)).findings).toEqual([]);
    const before = readFileSync(path, "utf8").split("\n");
    const after = mended.split("\n");
    const isOwn = (one: string) => !/tool_use|"role"|"content"|"b"|toolu_1|messages/.test(one);
    for (const one of before.filter(
      (own) => isOwn(own) && /custom_id|request|status|uri|url|trace/.test(own),
    ))
      expect(after).toContain(one);
  });
});

test("words that a program printed before its JSON are kept, and lines are counted with them", async () => {
  const words = "Exporting session: ses_1\nto standard output\n";
  const { path, findings } = await found("words.json", words + indented(DAMAGED));
  expect(findings[0]?.location?.line).toBe(14);
  const pieces: string[] = [];
  for await (const piece of mendJson(path, { now: 0 }, {}, undefined)) pieces.push(piece.text);
  expect(pieces.join("").startsWith(`${words}{\n  "model"`)).toBe(true);
});

test.each(["single.sh", "ansi.txt", "double.sh"])(
  "the shell reads the body of the mended curl command in %s as JSON",
  async (file) => {
    const format = present(FORMATS.find((one) => one.file === file));
    const { path } = await found(file, format.write(DAMAGED));
    let command = "";
    for await (const piece of mendJson(path, { now: 0 }, {}, undefined)) command += piece.text;
    const script = `curl() { printf '%s\\0' "$@"; }; jq() { cat; }; ${command.replace(/^\$ /, "")}`;
    writeFileSync(dir.path("script"), script);
    const words = shell("bash script", dir.folder);
    const body = words.stdout.split("\0").find((word) => /^(-d)?\{/.test(word));
    const mended = JSON.parse(present(body).replace(/^-d/, "")) as typeof DAMAGED;
    expect(mended.messages[0]).toEqual(DAMAGED.messages[0]);
    expect(mended.messages.length).toBe(DAMAGED.messages.length);
  },
);

test.each(["curl", "curl -d @body.json https://x", "curl -d 'not json' https://x", 'curl -d \'{"a": 1'])(
  "%s is of no known kind",
  async (command) => {
    const { input } = await found("command.txt", command);
    expect(input?.status).not.toBe("ok");
  },
);

test("a compressed file is named, with the command that unpacks it", async () => {
  const path = dir.path("request.json.gz");
  writeFileSync(path, gzipSync(indented(HEALTHY)));
  const { inputs } = await scan(path, { now: 0 });
  expect(inputs[0]?.error?.message).toBe(`${path}: is compressed (gzip); gunzip -k ${path}`);
});

test("YAML with aliases without end, or with tags that run something, is of no known kind", async () => {
  const bomb = `a: &a [x]\n${[..."bcdefgh"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[at]}`)}]`).join("\n")}\n`;
  for (const content of [bomb, 'request: !!js/function "function () {}"\n', "just: a file\n"]) {
    const path = dir.path("odd.yaml");
    writeFileSync(path, content);
    const { inputs, incomplete } = await scan(path, { now: 0 });
    expect(incomplete).toBe(true);
    expect(inputs[0]?.error?.code).toMatch(/UNSUPPORTED|INVALID_JSON/);
  }
});
