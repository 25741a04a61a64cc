/** The versions and wires of the verdicts. */
export const MEASURED = [
  ["1.2.15", "anthropic"],
  ["1.2.15", "openai-chat"],
  ["1.18.34", "anthropic"],
  ["1.18.34", "openai-chat"],
] as const;

// Rows of the healthy fixture.
export const PROMPT = "message where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'";
export const REPLY = "message where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'";
export const END_OF_TURN = "message where id = 'msg_1fcce2283001iqB6wpFUzyw4tc'";
export const LAST_PROMPT = "message where id = 'msg_1fcce2db6001gGwqlzYEiCsp6B'";
export const LAST_REPLY = "message where id = 'msg_1fcce2e04001s63s1qGTPR7X32'";
export const TEXT = "part where id = 'prt_1fcce1c34001S9P41ObOHVDIB4'";
export const THINKING = "part where id = 'prt_1fcce1f55001wH1ddpofQuaCSR'";
export const SAID = "part where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'";
export const TOOL = "part where id = 'prt_1fcce1f72001XmSQwzqLm0Lukx'";

export const change = (row: string, assignments: string) =>
  `update ${row.replace(" where", ` set ${assignments} where`)};`;
/** Each path gets the value behind it, which is JSON text. */
export const set = (row: string, ...values: string[]) =>
  change(
    row,
    `data = json_set(data, ${values.map((value, at) => (at % 2 ? `json('${value}')` : `'${value}'`))})`,
  );
export const unset = (row: string, path: string) => change(row, `data = json_remove(data, '${path}')`);
export const replace = (row: string, data: string) => change(row, `data = '${data}'`);
const dateLate = (row: string) =>
  change(row, "time_created = 1900000000000") + set(row, "$.time.created", "1900000000000");
/** One more part behind this one. */
export const addTo = (part: string, data: string) =>
  `insert into part select id || 'x', message_id, session_id, time_created, time_updated, '${data}' from ${part};`;

const FAILED = '{"name":"UnknownError","data":{"message":"x"}}';

/** Gives a message another id, and its parts with it. */
export const rename = (message: string, id: string) =>
  [
    "pragma foreign_keys = off;",
    `update part set message_id = '${id}' where message_id = (select id from ${message});`,
    change(message, `id = '${id}'`),
  ].join("");
/** An id of before the wrap of 2026-08-14: it sorts behind those of today. */
const renameToOld = (message: string) => rename(message, "msg_f9fff0000001kDm2Y1fEpHQSSA");
export const partsOf = (message: string) => `part where message_id = (select id from ${message})`;
export const SESSION = "session where true";
const COMPACTION = '{"type":"compaction","auto":true}';
const ASKED_FOR = '{"type":"compaction","auto":false}';
const REFUSED = '{"name":"APIError","data":{"message":"refused","isRetryable":false}}';
/** The last prompt becomes the mark of a compaction, whose summary ended in an error. */
const failedCompaction = (marker: string, error = REFUSED) =>
  replace(partsOf(LAST_PROMPT), marker) +
  unset(LAST_REPLY, "$.finish") +
  set(LAST_REPLY, "$.summary", "true", "$.error", error);
/** A prompt becomes the mark of a compaction that keeps what stands from `tail` on; this reply is its summary. */
const compactFrom = (tail: string, prompt: string, summary: string) =>
  replace(prompt, COMPACTION.replace("}", `,"tail_start_id":"${tail}"}`)) + set(summary, "$.summary", "true");

const IMAGE =
  '{"type":"file","mime":"image/png","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"}';
const NAMED_IMAGE = IMAGE.replace("}", ',"filename":"a.png"}');

/** Edits to the healthy fixture, one thing wrong with each; what the real programs did: one word for all, or four. */
export const SHAPES: Record<string, readonly [verdicts: string, sql: string]> = {
  "a prompt of an unknown kind": ["accepted", replace(TEXT, '{"type":"weird"}')],
  "an ignored prompt": ["accepted", set(TEXT, "$.ignored", "true")],
  "an empty prompt": ["accepted", set(TEXT, "$.text", '""')],
  "a blank prompt": ["rejected accepted rejected accepted", set(TEXT, "$.text", '" "')],
  "a prompt without parts": ["accepted", `delete from ${TEXT}`],
  "an empty prompt with an image": ["accepted", addTo(TEXT, NAMED_IMAGE) + set(TEXT, "$.text", '""')],
  "an ignored prompt with an image": ["accepted", addTo(TEXT, NAMED_IMAGE) + set(TEXT, "$.ignored", "true")],
  "a prompt of an unknown kind with a text": ["accepted", addTo(TEXT, '{"type":"weird"}')],
  "an empty prompt with a text": ["accepted", addTo(TEXT, '{"type":"text","text":""}')],
  "a prompt without text": ["crash", unset(TEXT, "$.text")],
  "a tool of unknown status": ["accepted", set(TOOL, "$.state.status", '"weird"')],
  "a tool whose status is a number": ["accepted", set(TOOL, "$.state.status", "7")],
  "a tool without state": ["crash", unset(TOOL, "$.state")],
  "a tool without time": ["crash", unset(TOOL, "$.state.time")],
  "a tool without call id": ["crash", unset(TOOL, "$.callID")],
  "a tool without name": ["accepted", unset(TOOL, "$.tool")],
  "a tool whose output is a number": ["accepted", set(TOOL, "$.state.output", "7")],
  "a tool whose output is null": ["crash", set(TOOL, "$.state.output", "null")],
  "a tool without output": ["crash", unset(TOOL, "$.state.output")],
  "a failed tool without error": [
    "accepted",
    set(TOOL, "$.state.status", '"error"') + unset(TOOL, "$.state.output"),
  ],
  "a failed tool whose error is a number": [
    "accepted",
    set(TOOL, "$.state.status", '"error"', "$.state.error", "7"),
  ],
  "a failed tool whose error is empty": [
    "rejected accepted rejected accepted",
    set(TOOL, "$.state.status", '"error"', "$.state.error", '""'),
  ],
  "a running tool without time": [
    "accepted",
    set(TOOL, "$.state.status", '"running"') + unset(TOOL, "$.state.time"),
  ],
  "thinking without signature": ["accepted", unset(THINKING, "$.metadata")],
  "a tool whose metadata is no record": ["crash accepted", set(TOOL, "$.metadata", '{"anthropic":7}')],
  "thinking whose metadata is no record": ["crash accepted", set(THINKING, "$.metadata", '{"anthropic":7}')],
  "a text whose metadata is no record": ["crash accepted", set(SAID, "$.metadata", '{"anthropic":7}')],
  "a text whose metadata holds null": ["crash accepted", set(SAID, "$.metadata", '{"anthropic":null}')],
  "a text whose metadata holds a list": ["crash accepted", set(SAID, "$.metadata", '{"anthropic":[1]}')],
  "a text with metadata of a plugin": ["crash accepted", set(SAID, "$.metadata", '{"plugin":"x"}')],
  "a prompt with metadata of a plugin": ["accepted", set(TEXT, "$.metadata", '{"plugin":"x"}')],
  "thinking without text": ["crash", unset(THINKING, "$.text")],
  "thinking whose text is a number": ["crash", set(THINKING, "$.text", "7")],
  "a text of a reply that is a number": ["crash", set(SAID, "$.text", "7")],
  "a text of a reply that is null": ["crash", set(SAID, "$.text", "null")],
  "a file without mime": ["crash", addTo(TEXT, '{"type":"file","url":"data:image/png;base64,iVBORw0KGgo="}')],
  "a file without url": ["crash", addTo(TEXT, '{"type":"file","mime":"image/png"}')],
  "a file without name": ["accepted", addTo(TEXT, IMAGE)],
  "a web page in a prompt": [
    "crash crash crash accepted",
    addTo(TEXT, '{"type":"file","mime":"text/html","url":"data:text/html;base64,PGgxPg=="}'),
  ],
  "an archive in a prompt": [
    "crash",
    addTo(TEXT, '{"type":"file","mime":"application/zip","url":"data:application/zip;base64,UEsDBA=="}'),
  ],
  "a recording in a prompt": [
    "accepted",
    addTo(TEXT, '{"type":"file","mime":"audio/mpeg","filename":"a.mp3","url":"data:audio/mpeg;base64,AAAA"}'),
  ],
  "an archive that a tool saw": [
    "crash accepted accepted accepted",
    set(
      TOOL,
      "$.state.attachments",
      '[{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"file","mime":"application/zip","url":"data:application/zip;base64,UEsDBA=="}]',
    ),
  ],
  "a picture that a tool saw in a file": [
    "accepted crash",
    set(
      TOOL,
      "$.state.attachments",
      '[{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"file","mime":"image/png","url":"file:///a.png"}]',
    ),
  ],
  "a revert to a message that is gone": [
    "accepted",
    `update session set revert = '{"messageID":"msg_000000000000gone0000000000"}';`,
  ],
  "a revert to a message": [
    "accepted",
    "update session set revert = (select json_object('messageID', max(id)) from message where data ->> '$.role' = 'user');",
  ],
  "a revert to a part": [
    "accepted",
    `update session set revert = (select json_object('messageID', message_id, 'partID', id) from ${TOOL});`,
  ],
  "a revert to a part that is gone": [
    "accepted",
    `update session set revert = (select json_object('messageID', message_id, 'partID', 'prt_0') from ${TOOL});`,
  ],
  "a text behind a tool": [
    "rejected accepted accepted accepted",
    addTo(TOOL, '{"type":"text","text":"and"}'),
  ],
  "a text and a tool behind a tool": [
    "rejected accepted accepted accepted",
    addTo(TOOL, '{"type":"text","text":"and"}') +
      `insert into part select id || 'y', message_id, session_id, time_created, time_updated, json_set(data, '$.callID', 'call_2') from ${TOOL};`,
  ],
  "thinking behind a tool": [
    "rejected accepted rejected accepted",
    addTo(
      TOOL,
      '{"type":"reasoning","text":"hm","time":{"start":1,"end":2},"metadata":{"anthropic":{"signature":"c2ln"}}}',
    ),
  ],
  "a text behind thinking behind a tool": [
    "rejected accepted rejected accepted",
    addTo(
      TOOL,
      '{"type":"reasoning","text":"hm","time":{"start":1,"end":2},"metadata":{"anthropic":{"signature":"c2ln"}}}',
    ) +
      `insert into part select id || 'y', message_id, session_id, time_created, time_updated, '{"type":"text","text":"and"}' from ${TOOL};`,
  ],
  "a message without a role": ["accepted", unset(PROMPT, "$.role")],
  "a prompt without model": ["accepted", unset(PROMPT, "$.model")],
  "the last prompt without model": ["accepted", unset(LAST_PROMPT, "$.model")],
  "the last reply without tokens": ["crash", unset(LAST_REPLY, "$.tokens")],
  "a prompt dated in the future": ["swallowed swallowed accepted accepted", dateLate(PROMPT)],
  "a reply dated in the future": ["loop", dateLate(REPLY)],
  "a last reply dated in the future": ["rejected loop rejected loop", dateLate(LAST_REPLY)],
  "a last reply with an id of before the wrap": [
    "swallowed swallowed accepted accepted",
    renameToOld(LAST_REPLY),
  ],
  "a last reply with an id of before the wrap that ended in no known way": [
    "accepted accepted accepted accepted",
    set(LAST_REPLY, "$.finish", '"unknown"') + renameToOld(LAST_REPLY),
  ],
  "a reply with an id of before the wrap": ["accepted accepted accepted accepted", renameToOld(REPLY)],
  "a last prompt with an id of before the wrap, unanswered": [
    "accepted accepted accepted accepted",
    `delete from part where message_id = (select id from ${LAST_REPLY}); delete from ${LAST_REPLY}; ${renameToOld(LAST_PROMPT)}`,
  ],
  "a compaction that was asked for, whose summary failed": ["swallowed", failedCompaction(ASKED_FOR)],
  "a compaction of the host's own whose summary failed": ["accepted", failedCompaction(COMPACTION)],
  "a compaction for want of room whose summary failed": [
    "accepted",
    failedCompaction('{"type":"compaction","auto":true,"overflow":true}'),
  ],
  "a compaction whose summary failed and has a finish": [
    "accepted",
    replace(`part where message_id = (select id from ${LAST_PROMPT})`, COMPACTION) +
      set(
        LAST_REPLY,
        "$.summary",
        "true",
        "$.finish",
        '"error"',
        "$.error",
        '{"name":"ContextOverflowError","data":{"message":"too big"}}',
      ),
  ],
  "a file with an empty url": ["rejected", addTo(TEXT, '{"type":"file","mime":"image/png","url":""}')],
  "a file whose url is no url": ["rejected", addTo(TEXT, '{"type":"file","mime":"image/png","url":"a.png"}')],
  "a tool whose output is true": ["accepted", set(TOOL, "$.state.output", "true")],
  "a tool whose output is an object": [
    "crash crash accepted accepted",
    set(TOOL, "$.state.output", '{"a":1}'),
  ],
  "an interrupted tool whose output is a number": [
    "accepted",
    set(TOOL, "$.state.status", '"error"', "$.state.error", '"x"') +
      set(TOOL, "$.state.metadata.interrupted", "true", "$.state.metadata.output", "7"),
  ],
  "a tool whose name is a number": ["accepted", set(TOOL, "$.tool", "7")],
  "a tool whose call id is a number": ["crash", set(TOOL, "$.callID", "7")],
  "a tool whose input is null": ["rejected", set(TOOL, "$.state.input", "null")],
  "a tool whose input is a text": ["rejected", set(TOOL, "$.state.input", '"ls"')],
  "thinking in a prompt": [
    "accepted",
    addTo(TEXT, '{"type":"reasoning","text":"hm","time":{"start":1,"end":2}}'),
  ],
  "a step in a prompt": ["accepted", addTo(TEXT, '{"type":"step-start"}')],
  "a file in a reply": ["accepted", addTo(SAID, NAMED_IMAGE)],
  "an unknown kind in a reply": ["accepted", addTo(SAID, '{"type":"weird"}')],
  "an ignored text in a reply": ["accepted", addTo(SAID, '{"type":"text","text":"hidden","ignored":true}')],
  "an empty text in a reply": ["accepted", addTo(SAID, '{"type":"text","text":""}')],
  "a compaction in a reply": ["accepted", addTo(SAID, '{"type":"compaction","auto":true}')],
  "a subtask in a reply": [
    "accepted",
    addTo(SAID, '{"type":"subtask","prompt":"p","description":"d","agent":"a"}'),
  ],
  "a part that is null": ["accepted", addTo(TEXT, "null")],
  "a part that is a list": ["accepted", addTo(TEXT, "[]")],
  "a part that is a number": ["accepted", addTo(TEXT, "7")],
  "a message that is null": ["accepted accepted crash crash", replace(REPLY, "null")],
  "a message that is a list": ["accepted accepted crash crash", replace(REPLY, "[]")],
  "a reply without time": ["accepted accepted crash crash", unset(REPLY, "$.time")],
  "a prompt without time": ["accepted accepted crash crash", unset(PROMPT, "$.time")],
  "a reply whose time is a text": ["accepted", set(REPLY, "$.time.created", '"noon"')],
  "the last reply without end": ["accepted", unset(LAST_REPLY, "$.finish")],
  "the last reply without parent": ["accepted", unset(LAST_REPLY, "$.parentID")],
  "a reply with an unknown error": ["accepted", set(REPLY, "$.error", '{"name":"Weird","data":{}}')],
  "a reply whose error is a text": ["accepted", set(REPLY, "$.error", '"x"')],
  "a reply whose error is null": ["accepted", set(REPLY, "$.error", "null")],
  "an aborted reply whose error has no data": [
    "accepted",
    set(REPLY, "$.error", '{"name":"MessageAbortedError"}'),
  ],
  "a compaction with a tail behind it": [
    "accepted",
    compactFrom("msg_1fcce2db6001gGwqlzYEiCsp6B", TEXT, END_OF_TURN),
  ],
  "a compaction with its own id as tail": [
    "accepted",
    compactFrom("msg_1fcce1c32001kDm2Y1fEpHQSSA", TEXT, END_OF_TURN),
  ],
  "a compaction with tail inside a turn": [
    "accepted",
    compactFrom("msg_1fcce211a001wVqLiq2cjiQe67", partsOf(LAST_PROMPT), LAST_REPLY),
  ],
  "a summary that is a text": [
    "accepted",
    replace(partsOf(LAST_PROMPT), COMPACTION) + set(LAST_REPLY, "$.summary", '"yes"'),
  ],
  "attachments that are null": ["accepted", set(TOOL, "$.state.attachments", "null")],
  "attachments that are an object": ["crash", set(TOOL, "$.state.attachments", "{}")],
  "an attachment without url": [
    "crash",
    set(TOOL, "$.state.attachments", '[{"type":"file","mime":"image/png"}]'),
  ],
  "an attachment without mime": [
    "crash",
    set(TOOL, "$.state.attachments", '[{"type":"file","url":"data:image/png;base64,iVBORw0KGgo="}]'),
  ],
  "an attachment that is null": ["crash", set(TOOL, "$.state.attachments", "[null]")],
  "a pruned output and no output": [
    "accepted",
    set(TOOL, "$.state.time.compacted", "1795242734003") + unset(TOOL, "$.state.output"),
  ],
  "only unsigned thinking in the last reply": [
    "rejected accepted rejected accepted",
    replace(
      "part where id = 'prt_1fcce30e1001CYZyt4fX0JNve4'",
      '{"type":"reasoning","text":"hm","time":{"start":1,"end":2}}',
    ),
  ],
  "a created column that is a text": [
    "rejected loop rejected accepted",
    change(LAST_REPLY, "time_created = 'noon'"),
  ],
  "a project that is gone": [
    "accepted accepted crash crash",
    `pragma foreign_keys = off; ${change(SESSION, "project_id = 'gone'")}`,
  ],
  "a revert without message": ["accepted accepted crash crash", change(SESSION, `revert = '{}'`)],
  "summary_diffs that is no JSON": ["crash", change(SESSION, `summary_diffs = '['`)],
  "a compaction answered by an aborted summary": [
    "swallowed",
    failedCompaction(ASKED_FOR, '{"name":"MessageAbortedError","data":{"message":"Aborted"}}'),
  ],
  "an interrupted tool at the end of the last reply": [
    "accepted",
    addTo(
      "part where id = 'prt_1fcce30e1001CYZyt4fX0JNve4'",
      '{"type":"tool","tool":"bash","callID":"c9","state":{"status":"error","input":{"command":"x"},"error":"Tool execution aborted","metadata":{"interrupted":true},"time":{"start":1,"end":2}}}',
    ),
  ],
  "blank thinking of another model": [
    "accepted",
    set(REPLY, "$.modelID", '"other"') + set(THINKING, "$.text", '"  "') + unset(THINKING, "$.metadata"),
  ],
  "a signature that is null": [
    "crash accepted crash accepted",
    set(THINKING, "$.metadata.anthropic", '{"signature":null}'),
  ],
  "no tokens before a reply that failed": [
    "crash",
    unset(END_OF_TURN, "$.tokens") + unset(LAST_REPLY, "$.finish") + set(LAST_REPLY, "$.error", FAILED),
  ],
  "a permission of no kind": [
    "accepted accepted crash crash",
    change(SESSION, `permission = '[{"permission":"a","pattern":"b","action":"maybe"}]'`),
  ],
  "summary_diffs without numbers": [
    "accepted accepted crash crash",
    change(SESSION, `summary_diffs = '[{"file":"a"}]'`),
  ],
  "a revert to a part of another kind": [
    "accepted accepted crash crash",
    change(SESSION, `revert = '{"messageID":"msg_1fcce2db6001gGwqlzYEiCsp6B","partID":"x1"}'`),
  ],
  "a last finish of length": ["accepted", set(LAST_REPLY, "$.finish", '"length"')],
};

/** The answer of the program, where it was measured. */
export function measuredVerdict(verdicts: string, version: string, wire: string): string | undefined {
  const at = MEASURED.findIndex((place) => place[0] === version && place[1] === wire);
  const words = verdicts.split(" ");
  return at < 0 ? undefined : (words[at] ?? words[at % words.length]);
}
