/** The versions and wires of the verdicts. */
export const MEASURED = [
  ["1.2.15", "anthropic"],
  ["1.2.15", "openai-chat"],
  ["1.18.34", "anthropic"],
  ["1.18.34", "openai-chat"],
] as const;

const PROMPT = "where id = 'prt_1fcce1c34001S9P41ObOHVDIB4'";
const TOOL = "where id = 'prt_1fcce1f72001XmSQwzqLm0Lukx'";
const IMAGE =
  '{"type":"file","mime":"image/png","filename":"a.png","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"}';
const add = (data: string) =>
  `insert into part select id || 'x', message_id, session_id, time_created, time_updated, '${data}' from part ${PROMPT};`;

const reply = (data: string) =>
  `insert into part select id || 'x', message_id, session_id, time_created, time_updated, '${data}' from part where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd';`;

/** Edits to the healthy fixture, one thing wrong with each; what the real programs did: one word for all, or four. */
export const SHAPES: Record<string, readonly [verdicts: string, sql: string]> = {
  "a prompt of an unknown kind": ["accepted", `update part set data = '{"type":"weird"}' ${PROMPT}`],
  "an ignored prompt": [
    "accepted",
    `update part set data = json_set(data, '$.ignored', json('true')) ${PROMPT}`,
  ],
  "an empty prompt": ["accepted", `update part set data = json_set(data, '$.text', '') ${PROMPT}`],
  "a blank prompt": [
    "rejected accepted rejected accepted",
    `update part set data = json_set(data, '$.text', ' ') ${PROMPT}`,
  ],
  "a prompt without parts": ["accepted", `delete from part ${PROMPT}`],
  "an empty prompt with an image": [
    "accepted",
    `${add(IMAGE)} update part set data = json_set(data, '$.text', '') ${PROMPT}`,
  ],
  "an ignored prompt with an image": [
    "accepted",
    `${add(IMAGE)} update part set data = json_set(data, '$.ignored', json('true')) ${PROMPT}`,
  ],
  "a prompt of an unknown kind with a text": ["accepted", `${add('{"type":"weird"}')}`],
  "an empty prompt with a text": ["accepted", `${add('{"type":"text","text":""}')}`],
  "a prompt without text": ["crash", `update part set data = json_remove(data, '$.text') ${PROMPT}`],
  "a tool of unknown status": [
    "accepted",
    `update part set data = json_set(data, '$.state.status', 'weird') ${TOOL}`,
  ],
  "a tool whose status is a number": [
    "accepted",
    `update part set data = json_set(data, '$.state.status', 7) ${TOOL}`,
  ],
  "a tool without state": ["crash", `update part set data = json_remove(data, '$.state') ${TOOL}`],
  "a tool without time": ["crash", `update part set data = json_remove(data, '$.state.time') ${TOOL}`],
  "a tool without call id": ["crash", `update part set data = json_remove(data, '$.callID') ${TOOL}`],
  "a tool without name": ["accepted", `update part set data = json_remove(data, '$.tool') ${TOOL}`],
  "a tool whose output is a number": [
    "accepted",
    `update part set data = json_set(data, '$.state.output', 7) ${TOOL}`,
  ],
  "a tool whose output is null": [
    "crash",
    `update part set data = json_set(data, '$.state.output', null) ${TOOL}`,
  ],
  "a tool without output": ["crash", `update part set data = json_remove(data, '$.state.output') ${TOOL}`],
  "a failed tool without error": [
    "accepted",
    `update part set data = json_remove(json_set(data, '$.state.status', 'error'), '$.state.output') ${TOOL}`,
  ],
  "a failed tool whose error is a number": [
    "accepted",
    `update part set data = json_set(data, '$.state.status', 'error', '$.state.error', 7) ${TOOL}`,
  ],
  "a running tool without time": [
    "accepted",
    `update part set data = json_remove(json_set(data, '$.state.status', 'running'), '$.state.time') ${TOOL}`,
  ],
  "thinking without text": [
    "crash",
    `update part set data = json_remove(data, '$.text') where id = 'prt_1fcce1f55001wH1ddpofQuaCSR'`,
  ],
  "thinking whose text is a number": [
    "crash",
    `update part set data = json_set(data, '$.text', 7) where id = 'prt_1fcce1f55001wH1ddpofQuaCSR'`,
  ],
  "a text of a reply that is a number": [
    "crash",
    `update part set data = json_set(data, '$.text', 7) where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'`,
  ],
  "a text of a reply that is null": [
    "crash",
    `update part set data = json_set(data, '$.text', null) where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'`,
  ],
  "a file without mime": ["crash", add('{"type":"file","url":"data:image/png;base64,iVBORw0KGgo="}')],
  "a file without url": ["crash", add('{"type":"file","mime":"image/png"}')],
  "a file without name": [
    "accepted",
    add(
      '{"type":"file","mime":"image/png","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"}',
    ),
  ],
  "a message without a role": [
    "accepted",
    `update message set data = json_remove(data, '$.role') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  ],
  "a prompt without model": [
    "accepted",
    `update message set data = json_remove(data, '$.model') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  ],
  "the last prompt without model": [
    "accepted",
    `update message set data = json_remove(data, '$.model') where id = 'msg_1fcce2db6001gGwqlzYEiCsp6B'`,
  ],
  "the last reply without tokens": [
    "crash",
    `update message set data = json_remove(data, '$.tokens') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  ],
  "a prompt dated in the future": [
    "swallowed swallowed accepted accepted",
    `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  ],
  "a reply dated in the future": [
    "loop",
    `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a last reply dated in the future": [
    "rejected loop rejected loop",
    `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  ],
  "a file with an empty url": ["rejected", add('{"type":"file","mime":"image/png","url":""}')],
  "a file whose url is no url": ["rejected", add('{"type":"file","mime":"image/png","url":"a.png"}')],
  "a tool whose output is true": [
    "accepted",
    `update part set data = json_set(data, '$.state.output', json('true')) ${TOOL}`,
  ],
  "a tool whose output is an object": [
    "crash crash accepted accepted",
    `update part set data = json_set(data, '$.state.output', json('{"a":1}')) ${TOOL}`,
  ],
  "an interrupted tool whose output is a number": [
    "accepted",
    `update part set data = json_set(data, '$.state.status', 'error', '$.state.error', 'x', '$.state.metadata.interrupted', json('true'), '$.state.metadata.output', 7) ${TOOL}`,
  ],
  "a tool whose name is a number": ["accepted", `update part set data = json_set(data, '$.tool', 7) ${TOOL}`],
  "a tool whose call id is a number": [
    "crash",
    `update part set data = json_set(data, '$.callID', 7) ${TOOL}`,
  ],
  "a tool whose input is null": [
    "rejected",
    `update part set data = json_set(data, '$.state.input', null) ${TOOL}`,
  ],
  "a tool whose input is a text": [
    "rejected",
    `update part set data = json_set(data, '$.state.input', 'ls') ${TOOL}`,
  ],
  "thinking in a prompt": ["accepted", add('{"type":"reasoning","text":"hm","time":{"start":1,"end":2}}')],
  "a step in a prompt": ["accepted", add('{"type":"step-start"}')],
  "a file in a reply": ["accepted", reply(IMAGE)],
  "an unknown kind in a reply": ["accepted", reply('{"type":"weird"}')],
  "an ignored text in a reply": ["accepted", reply('{"type":"text","text":"hidden","ignored":true}')],
  "an empty text in a reply": ["accepted accepted rejected accepted", reply('{"type":"text","text":""}')],
  "a compaction in a reply": ["accepted", reply('{"type":"compaction","auto":true}')],
  "a subtask in a reply": [
    "accepted",
    reply('{"type":"subtask","prompt":"p","description":"d","agent":"a"}'),
  ],
  "a part that is null": ["accepted", add("null")],
  "a part that is a list": ["accepted", add("[]")],
  "a part that is a number": ["accepted", add("7")],
  "a message that is null": [
    "accepted accepted crash crash",
    `update message set data = 'null' where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a message that is a list": [
    "accepted accepted crash crash",
    `update message set data = '[]' where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a reply without time": [
    "accepted accepted crash crash",
    `update message set data = json_remove(data, '$.time') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a prompt without time": [
    "accepted accepted crash crash",
    `update message set data = json_remove(data, '$.time') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  ],
  "a reply whose time is a text": [
    "accepted",
    `update message set data = json_set(data, '$.time.created', 'noon') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "the last reply without end": [
    "accepted",
    `update message set data = json_remove(data, '$.finish') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  ],
  "the last reply without parent": [
    "accepted",
    `update message set data = json_remove(data, '$.parentID') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  ],
  "a reply with an unknown error": [
    "accepted",
    `update message set data = json_set(data, '$.error', json('{"name":"Weird","data":{}}')) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a reply whose error is a text": [
    "accepted",
    `update message set data = json_set(data, '$.error', 'x') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "a reply whose error is null": [
    "accepted",
    `update message set data = json_set(data, '$.error', null) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
  "an aborted reply whose error has no data": [
    "accepted",
    `update message set data = json_set(data, '$.error', json('{"name":"MessageAbortedError"}')) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  ],
};

/** What the program did, where it was measured. */
export function measuredVerdict(verdicts: string, version: string, wire: string): string | undefined {
  const at = MEASURED.findIndex((place) => place[0] === version && place[1] === wire);
  const words = verdicts.split(" ");
  return at < 0 ? undefined : (words[at] ?? words[0]);
}
