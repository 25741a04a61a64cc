import {
  addTo,
  change,
  END_OF_TURN,
  LAST_PROMPT,
  LAST_REPLY,
  PROMPT,
  partsOf,
  REPLY,
  replace,
  SAID,
  SESSION,
  set,
  TEXT,
  THINKING,
  TOOL,
} from "./shapes.js";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9";
const CONCLUSION = "part where id = 'prt_1fcce23280011Nu2oH8ymoQbof'";
const FIRST_TOOL = "part where id = 'prt_1fcce0f0700152Ia6UzVTL2TKS'";

const file = (mime: string, url: string, name: unknown = "a") =>
  addTo(TEXT, JSON.stringify({ type: "file", mime, url, filename: name }));
const image = (data: string) => file("image/png", `data:image/png;base64,${data}`);
const attachment = { id: "prt_1", sessionID: "ses_1", messageID: "msg_1", type: "file" };
const attached = (mime: string, url: string) =>
  set(TOOL, "$.state.attachments", JSON.stringify([{ ...attachment, mime, url }]));
const thought = (text: string, metadata?: object) =>
  JSON.stringify({ type: "reasoning", text, time: { start: 1, end: 2 }, ...(metadata && { metadata }) });
const of = (model: string) => set(END_OF_TURN, "$.modelID", `"${model}"`);
const executed = JSON.stringify({
  type: "tool",
  tool: "web_search",
  callID: "srvtoolu_1",
  state: {
    status: "completed",
    input: { query: "x" },
    output: "found",
    title: "t",
    metadata: {},
    time: { start: 1, end: 2 },
  },
  metadata: { providerExecuted: true },
});

/** The last prompt asks for this, and has no reply. */
const asked = (part: string) =>
  `delete from ${partsOf(LAST_REPLY)}; delete from ${LAST_REPLY};${replace(partsOf(LAST_PROMPT), part)}`;
/** Two prompts that ask for something, in this order. */
const askedTwice = (one: string, other: string) =>
  `delete from ${partsOf(LAST_REPLY)};` +
  `update message set data = json_set((select data from ${LAST_PROMPT}), '$.time.created', time_created) where id = (select id from ${LAST_REPLY});` +
  `insert into part select id || 'x', (select id from ${LAST_REPLY}), session_id, time_created, time_updated, '${other}' from ${partsOf(LAST_PROMPT)};` +
  replace(partsOf(LAST_PROMPT), one);
const compaction = (auto: unknown) => JSON.stringify({ type: "compaction", auto });
const SUBTASK = '{"type":"subtask","prompt":"p","description":"d","agent":"general"}';
const NOBODYS = '{"type":"subtask","prompt":"p","description":"d"}';
const HALF = '"a\\ud83d b"';

/** Edits like `SHAPES`: what another round of runs of the real programs showed. */
export const ODD_SHAPES: Record<string, readonly [verdicts: string, sql: string]> = {
  "a text whose metadata is null": ["accepted", set(SAID, "$.metadata", "null")],
  "a tool whose metadata is null": ["accepted", set(TOOL, "$.metadata", "null")],
  "thinking whose metadata is null": ["crash accepted", set(THINKING, "$.metadata", "null")],
  "a text whose metadata is a list": ["crash accepted", set(SAID, "$.metadata", "[]")],
  "a text whose metadata is a text": ["crash accepted", set(SAID, "$.metadata", '"x"')],
  "a tool whose metadata is an empty list": [
    "crash accepted accepted accepted",
    set(TOOL, "$.metadata", "[]"),
  ],
  "a tool whose metadata is a list of texts": ["crash accepted", set(TOOL, "$.metadata", '["x"]')],
  "a tool whose metadata is a number": ["crash accepted accepted accepted", set(TOOL, "$.metadata", "7")],
  "a prompt whose metadata is a list": ["accepted", set(TEXT, "$.metadata", "[]")],
  "a call that ran at its provider": ["crash accepted accepted rejected", addTo(SAID, executed)],
  "a signature without characters": [
    "rejected accepted rejected accepted",
    set(THINKING, "$.metadata.anthropic.signature", '""'),
  ],
  "a signature and a text without characters": [
    "accepted accepted rejected accepted",
    set(THINKING, "$.metadata.anthropic.signature", '""', "$.text", '""'),
  ],
  "redacted thinking": [
    "accepted",
    set(THINKING, "$.metadata.anthropic", '{"redactedData":"x"}', "$.text", '""'),
  ],
  "redacted thinking that is signed, without text": [
    "accepted accepted rejected accepted",
    set(THINKING, "$.metadata.anthropic", '{"redactedData":"x","signature":"s"}', "$.text", '""'),
  ],
  "nothing but blank thinking of another model": [
    "rejected accepted accepted accepted",
    of("other") + replace(CONCLUSION, thought(" ")),
  ],
  "nothing but blank thinking without signature": [
    "rejected accepted accepted accepted",
    replace(CONCLUSION, thought(" ")),
  ],
  "nothing but thinking of another model": [
    "rejected accepted accepted accepted",
    of("other") + replace(CONCLUSION, thought("hm")),
  ],
  "half a character in an output": ["rejected rejected accepted accepted", set(TOOL, "$.state.output", HALF)],
  "half a character in an error": [
    "rejected rejected accepted accepted",
    set(TOOL, "$.state.status", '"error"', "$.state.error", HALF),
  ],
  "half a character in a call id": ["accepted rejected", set(TOOL, "$.callID", HALF)],
  "half a character in the name of an image": [
    "accepted",
    file("image/png", `data:image/png;base64,${PNG}`, "a\ud83d"),
  ],
  "capitals in the type of a file": ["accepted", file("IMAGE/PNG", `data:image/png;base64,${PNG}`)],
  "capitals in the type of a URL": ["crash", file("image/png", `data:IMAGE/PNG;base64,${PNG}`)],
  "a plain text in capitals": [
    "accepted crash accepted accepted",
    file("TEXT/PLAIN", "data:text/plain;base64,aGVsbG8="),
  ],
  "an image that its URL calls by its name": ["accepted", file("image/jpeg", `data:image/png;base64,${PNG}`)],
  "an image that its URL calls a JPEG": [
    "rejected accepted rejected accepted",
    file("image/png", `data:image/jpeg;base64,${PNG}`),
  ],
  "an archive that its URL calls an image": [
    "accepted",
    file("application/zip", `data:image/png;base64,${PNG}`),
  ],
  "an image that its URL calls an archive": [
    "crash",
    file("image/png", "data:application/zip;base64,UEsDBA=="),
  ],
  "an image of any kind": [
    "rejected accepted rejected accepted",
    file("image/*", `data:image/*;base64,${PNG}`),
  ],
  "an image with a parameter": ["accepted", file("image/png;x=1", `data:image/png;x=1;base64,${PNG}`)],
  "an image whose URL names no encoding": ["accepted", file("image/png", `data:image/png,${PNG}`)],
  "an image whose URL names no type": ["crash", file("image/png", `data:;base64,${PNG}`)],
  "base64 with one character more": ["crash", image(`${PNG}A`)],
  "base64 with two characters more": ["crash", image(`${PNG}AA`)],
  "base64 with two characters more, padded": ["accepted", image(`${PNG}AA==`)],
  "base64 with three characters more": ["accepted", image(`${PNG}AAA`)],
  "a URL without a comma": ["crash", file("image/png", "data:image/png;base64")],
  "a recording in a file": ["crash", file("audio/wav", "file:///a.wav")],
  "a document": [
    "accepted crash accepted accepted",
    file("application/pdf", "data:application/pdf;base64,JVBERi0xLjQK"),
  ],
  "a file whose name is null": ["crash", file("image/png", `data:image/png;base64,${PNG}`, null)],
  "a file whose name is a number": ["crash", file("image/png", `data:image/png;base64,${PNG}`, 7)],
  "an image that a tool saw, with capitals in its type": [
    "crash accepted accepted accepted",
    attached("IMAGE/PNG", `data:image/png;base64,${PNG}`),
  ],
  "an image that a tool saw, with a parameter": [
    "rejected accepted rejected accepted",
    attached("image/png;x=1", `data:image/png;base64,${PNG}`),
  ],
  "an image that a tool saw, by no URL": [
    "accepted rejected accepted rejected",
    attached("image/png", "a.png"),
  ],
  "an image that a tool saw, with one character more": [
    "accepted crash accepted crash",
    attached("image/png", `data:image/png;base64,${PNG}A`),
  ],
  "a tool whose time is a number": ["accepted", set(TOOL, "$.state.time", "5")],
  "a tool whose time is null": ["crash", set(TOOL, "$.state.time", "null")],
  "a tool whose state is a text": ["accepted", set(TOOL, "$.state", '"x"')],
  "the last reply with tokens that are texts": ["accepted", set(LAST_REPLY, "$.tokens.input", '"x"')],
  "the last reply with a sum of tokens alone": ["accepted", set(LAST_REPLY, "$.tokens", '{"total":5}')],
  "the last reply without a sum and what was cached": ["crash", set(LAST_REPLY, "$.tokens", '{"input":5}')],
  "a prompt with half a millisecond": ["accepted", set(PROMPT, "$.time.created", "1795242728498.5")],
  "a reply that a content filter ended": [
    "accepted",
    set(REPLY, "$.error", '{"name":"ContentFilterError","data":{"message":"x"}}'),
  ],
  "a subtask without an agent": ["crash", asked(NOBODYS)],
  "a compaction of the host's own, and a subtask without an agent": [
    "accepted accepted crash crash",
    askedTwice(compaction(true), NOBODYS),
  ],
  "a compaction of the host's own, and one that was asked for": [
    "accepted accepted swallowed swallowed",
    askedTwice(compaction(true), compaction(false)),
  ],
  "a compaction that was asked for, and one of the host's own": [
    "swallowed swallowed accepted accepted",
    askedTwice(compaction(false), compaction(true)),
  ],
  "a subtask, and a compaction that was asked for": [
    "accepted accepted swallowed swallowed",
    askedTwice(SUBTASK, compaction(false)),
  ],
  "a compaction whose mark says yes": ["accepted", asked(compaction("yes"))],
  "a compaction over an output that is a number": [
    "accepted",
    asked(compaction(true)) + set(FIRST_TOOL, "$.state.output", "7"),
  ],
  "a revert to no part": [
    "accepted",
    change(SESSION, `revert = (select json_object('messageID', max(id), 'partID', null) from message)`),
  ],
  "an archive time that is no whole number": ["accepted", change(SESSION, "time_archived = 1.5")],
  "changes that nobody counted": [
    "accepted",
    change(
      SESSION,
      `summary_diffs = '["x"]', summary_additions = null, summary_deletions = null, summary_files = null`,
    ),
  ],
  "changes that are texts": [
    "accepted accepted crash crash",
    change(SESSION, `summary_diffs = '["x"]', summary_files = 1`),
  ],
  "no directory": ["accepted", change(SESSION, "directory = ''")],
};
