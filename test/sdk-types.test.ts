import type { AssistantMessage, Part, UserMessage } from "@opencode-ai/sdk/v2";
import { expectTypeOf, test } from "vitest";
import type { V1Assistant, V1Part, V1User } from "../src/stores/opencode/decode/strict.js";

/** Columns of the rows, not part of their JSON. */
type Stored<Row> = Row extends unknown ? Omit<Row, "id" | "sessionID" | "messageID"> : never;

test("what opencode's own types allow, the strict reader's types allow (checked by the compiler)", () => {
  expectTypeOf<Omit<UserMessage, "id" | "sessionID" | "format">>().toExtend<V1User>();
  expectTypeOf<Omit<AssistantMessage, "id" | "sessionID">>().toExtend<V1Assistant>();
  expectTypeOf<Stored<Exclude<Part, { type: "tool" }>>>().toExtend<V1Part>();
});
