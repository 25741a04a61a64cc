import type { Editor } from "../../../files/editor.js";
import type { Message } from "../../../model/conversation.js";
import { timeOfId } from "../ids.js";
import { PART } from "../tables.js";
import { freshId } from "./new-ids.js";

/** The first hex digit from which an id is taken for one before the wrap. */
const BEFORE_WRAP = "8";

/** If the parts of a message lie on both sides of the id wrap, gives the smaller group ids on the side of the others. */
export function joinAcrossWrap(message: Message, editor: Editor): void {
  const near = message.row.created ?? 0;
  const parts = message.blocks
    .flatMap(({ row }) => {
      const time = timeOfId(row.id, near);
      return time === null ? [] : [{ row, time }];
    })
    .sort((one, other) => one.time - other.time);
  const isBefore = ({ row }: (typeof parts)[number]) => row.id.charAt(4) >= BEFORE_WRAP;
  const before = parts.filter(isBefore);
  const after = parts.filter((part) => !isBefore(part));
  const [newestBefore, oldestAfter] = [before.at(-1), after[0]];
  if (!newestBefore || !oldestAfter) return;
  const moved = before.length <= after.length ? before : after;
  const high = moved === before ? oldestAfter.row.id : null;
  let low = moved === before ? null : newestBefore.row.id;
  for (const { row } of moved) {
    low = freshId(editor, PART.name, low, high);
    editor.column(row, "id", low);
  }
}
