import * as T from "@sinclair/typebox";
import type { Json } from "../../model/conversation.js";
import { isObject, wordOf } from "../../model/text.js";
import { type Refusal, refusals } from "../schema.js";

/** The blocks of `content_json` as every released version reads them; extra keys are ignored. Source: src/core/ai, AiContentBlockSchema. */
const blockSchemas: Record<string, T.TSchema> = {
  text: T.Object({ text: T.String() }),
  image: T.Object({ mimeType: T.String(), data: T.String() }),
  toolCall: T.Object({ toolCallId: T.String(), toolName: T.String(), input: T.Unknown() }),
  toolResult: T.Object({ ok: T.Boolean(), error: T.Optional(T.String()) }),
};

/** Where Instatic's reader refuses a block; [] where it decodes. An unknown kind is one refusal at `$.kind`. */
export function refusalsOfBlock(block: Json): Refusal[] {
  const kind = isObject(block) ? wordOf(block.kind) : "";
  const schema = Object.hasOwn(blockSchemas, kind) ? blockSchemas[kind] : undefined;
  if (!schema) return [{ path: "$.kind", expected: "a known kind of block" }];
  return refusals(schema, block);
}

/** True for a row that holds results only, whatever its role says: the host looks for them in tool rows. */
export function holdsResults(content: Json | undefined): boolean {
  const isResult = (block: Json) => isObject(block) && block.kind === "toolResult";
  return Array.isArray(content) && content.length > 0 && content.every(isResult);
}
