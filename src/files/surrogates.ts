import type { Row } from "../model/conversation.js";
import type { Editor } from "./editor.js";

/** Replaces each unpaired surrogate escape in the JSON text by U+FFFD; no other byte changes. */
export function wellForm(row: Row, editor: Editor): void {
  const text = editor.content(row);
  if (text !== null) editor.replace(row, replaceLoneSurrogates(text));
}

function replaceLoneSurrogates(json: string): string {
  const escapes =
    /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u([dD][89a-fA-F][0-9a-fA-F]{2})|\\./gs;
  return json.replace(escapes, (found, lone: string | undefined) => (lone === undefined ? found : "\\ufffd"));
}
