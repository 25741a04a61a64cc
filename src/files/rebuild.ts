import type { Row } from "../model/conversation.js";
import { isJsonText } from "./cut-json.js";
import type { Editor } from "./editor.js";

/** Stores JSON that lies in a BLOB, or under another type, as text. False where the row needs more than that. */
export function storeAsText(row: Row, editor: Editor): boolean {
  const text = editor.content(row);
  if (text === null || !isJsonText(text) || editor.storedAs(row) === "text") return false;
  editor.replace(row, text);
  return true;
}
