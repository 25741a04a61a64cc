import type { Editor } from "../../../files/editor.js";
import type { Json, Row } from "../../../model/conversation.js";

/** Takes attachments out of a tool part. Its output stays, and says what was removed. */
export function dropFromTool(
  row: Row,
  gone: readonly number[],
  notes: readonly string[],
  editor: Editor,
): void {
  const { state } = JSON.parse(editor.content(row) ?? "") as {
    state: { output: string; attachments: Json[] };
  };
  if (gone.length === state.attachments.length) editor.unset(row, "$.state.attachments");
  else
    for (const at of [...gone].sort((one, other) => other - one))
      editor.unset(row, `$.state.attachments[${at}]`);
  editor.set(row, "$.state.output", [state.output, ...notes].filter(Boolean).join("\n"));
}
