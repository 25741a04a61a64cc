import { beforeAll, describe, expect, test } from "vitest";
import { compare } from "./support/compare.js";
import { placeFixture, repair } from "./support/database.js";
import { inHome, installAll, VERSIONS, WIRES } from "./support/host.js";

const PROMPT = "where id = 'prt_1fcce1c34001S9P41ObOHVDIB4'";
const TOOL = "where id = 'prt_1fcce1f72001XmSQwzqLm0Lukx'";
const IMAGE =
  '{"type":"file","mime":"image/png","filename":"a.png","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"}';
const add = (data: string) =>
  `insert into part select id || 'x', message_id, session_id, time_created, time_updated, '${data}' from part ${PROMPT};`;

const reply = (data: string) =>
  `insert into part select id || 'x', message_id, session_id, time_created, time_updated, '${data}' from part where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd';`;

const SHAPES: Record<string, string> = {
  "a prompt of an unknown kind": `update part set data = '{"type":"weird"}' ${PROMPT}`,
  "an ignored prompt": `update part set data = json_set(data, '$.ignored', json('true')) ${PROMPT}`,
  "an empty prompt": `update part set data = json_set(data, '$.text', '') ${PROMPT}`,
  "a blank prompt": `update part set data = json_set(data, '$.text', ' ') ${PROMPT}`,
  "a prompt without parts": `delete from part ${PROMPT}`,
  "an empty prompt with an image": `${add(IMAGE)} update part set data = json_set(data, '$.text', '') ${PROMPT}`,
  "an ignored prompt with an image": `${add(IMAGE)} update part set data = json_set(data, '$.ignored', json('true')) ${PROMPT}`,
  "a prompt of an unknown kind with a text": `${add('{"type":"weird"}')}`,
  "an empty prompt with a text": `${add('{"type":"text","text":""}')}`,
  "a prompt without text": `update part set data = json_remove(data, '$.text') ${PROMPT}`,
  "a tool of unknown status": `update part set data = json_set(data, '$.state.status', 'weird') ${TOOL}`,
  "a tool whose status is a number": `update part set data = json_set(data, '$.state.status', 7) ${TOOL}`,
  "a tool without state": `update part set data = json_remove(data, '$.state') ${TOOL}`,
  "a tool without time": `update part set data = json_remove(data, '$.state.time') ${TOOL}`,
  "a tool without call id": `update part set data = json_remove(data, '$.callID') ${TOOL}`,
  "a tool without name": `update part set data = json_remove(data, '$.tool') ${TOOL}`,
  "a tool whose output is a number": `update part set data = json_set(data, '$.state.output', 7) ${TOOL}`,
  "a tool whose output is null": `update part set data = json_set(data, '$.state.output', null) ${TOOL}`,
  "a tool without output": `update part set data = json_remove(data, '$.state.output') ${TOOL}`,
  "a failed tool without error": `update part set data = json_remove(json_set(data, '$.state.status', 'error'), '$.state.output') ${TOOL}`,
  "a failed tool whose error is a number": `update part set data = json_set(data, '$.state.status', 'error', '$.state.error', 7) ${TOOL}`,
  "a running tool without time": `update part set data = json_remove(json_set(data, '$.state.status', 'running'), '$.state.time') ${TOOL}`,
  "thinking without text": `update part set data = json_remove(data, '$.text') where id = 'prt_1fcce1f55001wH1ddpofQuaCSR'`,
  "thinking whose text is a number": `update part set data = json_set(data, '$.text', 7) where id = 'prt_1fcce1f55001wH1ddpofQuaCSR'`,
  "a text of a reply that is a number": `update part set data = json_set(data, '$.text', 7) where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'`,
  "a text of a reply that is null": `update part set data = json_set(data, '$.text', null) where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'`,
  "a file without mime": add('{"type":"file","url":"data:image/png;base64,iVBORw0KGgo="}'),
  "a file without url": add('{"type":"file","mime":"image/png"}'),
  "a file without name": add(
    '{"type":"file","mime":"image/png","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"}',
  ),
  "a message without a role": `update message set data = json_remove(data, '$.role') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  "a prompt without model": `update message set data = json_remove(data, '$.model') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  "the last prompt without model": `update message set data = json_remove(data, '$.model') where id = 'msg_1fcce2db6001gGwqlzYEiCsp6B'`,
  "the last reply without tokens": `update message set data = json_remove(data, '$.tokens') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  "a prompt dated in the future": `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  "a reply dated in the future": `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a last reply dated in the future": `update message set time_created = 1900000000000, data = json_set(data, '$.time.created', 1900000000000) where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  "a file with an empty url": add('{"type":"file","mime":"image/png","url":""}'),
  "a file whose url is no url": add('{"type":"file","mime":"image/png","url":"a.png"}'),
  "a tool whose output is true": `update part set data = json_set(data, '$.state.output', json('true')) ${TOOL}`,
  "a tool whose output is an object": `update part set data = json_set(data, '$.state.output', json('{"a":1}')) ${TOOL}`,
  "an interrupted tool whose output is a number": `update part set data = json_set(data, '$.state.status', 'error', '$.state.error', 'x', '$.state.metadata.interrupted', json('true'), '$.state.metadata.output', 7) ${TOOL}`,
  "a tool whose name is a number": `update part set data = json_set(data, '$.tool', 7) ${TOOL}`,
  "a tool whose call id is a number": `update part set data = json_set(data, '$.callID', 7) ${TOOL}`,
  "a tool whose input is null": `update part set data = json_set(data, '$.state.input', null) ${TOOL}`,
  "a tool whose input is a text": `update part set data = json_set(data, '$.state.input', 'ls') ${TOOL}`,
  "thinking in a prompt": add('{"type":"reasoning","text":"hm","time":{"start":1,"end":2}}'),
  "a step in a prompt": add('{"type":"step-start"}'),
  "a file in a reply": reply(IMAGE),
  "an unknown kind in a reply": reply('{"type":"weird"}'),
  "an ignored text in a reply": reply('{"type":"text","text":"hidden","ignored":true}'),
  "an empty text in a reply": reply('{"type":"text","text":""}'),
  "a compaction in a reply": reply('{"type":"compaction","auto":true}'),
  "a subtask in a reply": reply('{"type":"subtask","prompt":"p","description":"d","agent":"a"}'),
  "a part that is null": add("null"),
  "a part that is a list": add("[]"),
  "a part that is a number": add("7"),
  "a message that is null": `update message set data = 'null' where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a message that is a list": `update message set data = '[]' where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a reply without time": `update message set data = json_remove(data, '$.time') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a prompt without time": `update message set data = json_remove(data, '$.time') where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'`,
  "a reply whose time is a text": `update message set data = json_set(data, '$.time.created', 'noon') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "the last reply without end": `update message set data = json_remove(data, '$.finish') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  "the last reply without parent": `update message set data = json_remove(data, '$.parentID') where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`,
  "a reply with an unknown error": `update message set data = json_set(data, '$.error', json('{"name":"Weird","data":{}}')) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a reply whose error is a text": `update message set data = json_set(data, '$.error', 'x') where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "a reply whose error is null": `update message set data = json_set(data, '$.error', null) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
  "an aborted reply whose error has no data": `update message set data = json_set(data, '$.error', json('{"name":"MessageAbortedError"}')) where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'`,
};

beforeAll(installAll);

describe.concurrent("one thing is wrong", () => {
  for (const [name, sql] of Object.entries(SHAPES))
    for (const version of VERSIONS)
      for (const wire of WIRES) {
        test(`${name}, ${version}, ${wire}: as foreseen`, () =>
          inHome(async (home) => {
            await placeFixture(version, home, sql);
            await compare(home, version, wire);
          }));

        test(`${name}, ${version}, ${wire}: repaired`, () =>
          inHome(async (home) => {
            await placeFixture(version, home, sql);
            repair(home.database);
            expect((await compare(home, version, wire)).verdict).toBe("accepted");
          }));
      }
});
