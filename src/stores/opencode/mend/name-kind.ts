import type { Editor } from "../../../files/editor.js";
import type { JsonObject, Row } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import { isSealed, signatureOf } from "../decode/metadata.js";
import { partSchemas } from "../decode/strict.js";
import { contentOf } from "./complete.js";

const KINDS = new Set(["tool", ...Object.keys(partSchemas)]);

/** Gives a part whose type was damaged the type that its keys show; false where nothing shows it. */
export function nameKind(row: Row, editor: Editor): boolean {
  if (row.holds !== "piece") return false;
  const data = contentOf(row, editor);
  const kind = kindOf(data);
  if (kind !== undefined) editor.set(row, "$.type", kind);
  return kind !== undefined;
}

function kindOf(data: JsonObject): string | undefined {
  const { type } = data;
  const meant = typeof type === "string" ? type.trim().toLowerCase() : "";
  if (KINDS.has(meant)) return meant;
  // Another word may be the kind of a plugin's own part.
  return meant === "" ? kindByKeys(data) : undefined;
}

function kindByKeys(data: JsonObject): string | undefined {
  const isText = (...keys: string[]) => keys.every((key) => typeof data[key] === "string");
  if (isText("tool", "callID") && isObject(data.state)) return "tool";
  if (isText("mime", "url")) return "file";
  if (isText("reason") && isObject(data.tokens)) return "step-finish";
  if (isText("prompt", "agent")) return "subtask";
  if (!isText("text")) return undefined;
  return signatureOf(data) === "none" && !isSealed(data) ? "text" : "reasoning";
}
