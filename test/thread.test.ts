import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../src/model/conversation.js";
import { present } from "../src/model/present.js";
import { timeOfId } from "../src/stores/opencode/ids.js";
import { idNeighbours, latestBefore, threadOf } from "../src/stores/opencode/thread.js";

const START = 1_795_000_000_000;
const idAt = (time: number, tail: number) => {
  const hex = ((BigInt(time) * 4096n) & 0xffffffffffffn).toString(16).padStart(12, "0");
  return `msg_${hex}${String(tail).padStart(14, "0")}`;
};
/** Messages with a time in the id, and a column that tells another one, or none. */
const histories = fc
  .array(
    fc.record({
      written: fc.integer({ min: 0, max: 40 }),
      dated: fc.option(fc.integer({ min: 0, max: 40 })),
      isForeign: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) =>
    rows.map(({ written, dated, isForeign }, position): Message => {
      const id = isForeign ? `foreign-${position}` : idAt(START + written, position);
      const created = dated === null ? null : START + dated;
      const row = { table: "message", holds: "message" as const, id, created, updated: null, size: 0 };
      return { role: "user", row, blocks: [], position, created };
    }),
  );
const times = fc.integer({ min: START - 5, max: START + 45 });

test("the neighbours by id are the nearest ones that are dated before the time", () => {
  fc.assert(
    fc.property(histories, times, fc.nat(), (messages, time, pick) => {
      const message = present(messages[pick % messages.length]);
      const order = messages
        .filter(({ row }) => timeOfId(row.id, START) !== null)
        .sort((one, other) => present(timeOfId(one.row.id, START)) - present(timeOfId(other.row.id, START)));
      const place = order.indexOf(message);
      const isBefore = ({ row }: Message) => row.created !== null && row.created < time;
      const expected =
        place < 0
          ? { previous: undefined, next: undefined }
          : {
              previous: order.slice(0, place).findLast(isBefore),
              next: order.slice(place + 1).find(isBefore),
            };
      expect(idNeighbours(threadOf(messages), message, time)).toEqual(expected);
    }),
  );
});

test("the latest time before another one", () => {
  fc.assert(
    fc.property(histories, times, (messages, time) => {
      const before = messages.flatMap(({ row }) => row.created ?? []).filter((created) => created < time);
      expect(latestBefore(threadOf(messages), time)).toBe(before.sort().at(-1));
    }),
  );
});

test("the smallest id from each place on", () => {
  fc.assert(
    fc.property(histories, (messages) => {
      const ids = messages.map(({ row }) => row.id);
      expect(threadOf(messages).lowestIdFrom).toEqual(ids.map((_, at) => ids.slice(at).sort()[0]));
    }),
  );
});
