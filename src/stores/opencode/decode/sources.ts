import * as T from "@sinclair/typebox";

export const count = T.Integer({ minimum: 0 });

/** The words in a prompt that stand for its file: the only place where any number will do. */
const words = T.Object({ value: T.String(), start: T.Number(), end: T.Number() });
const point = T.Object({ line: count, character: count });

/** Where the file of a prompt comes from. */
export const fileSource = T.Union([
  T.Object({ type: T.Literal("file"), path: T.String(), text: words }),
  T.Object({
    type: T.Literal("symbol"),
    path: T.String(),
    name: T.String(),
    kind: count,
    range: T.Object({ start: point, end: point }),
    text: words,
  }),
  T.Object({ type: T.Literal("resource"), clientName: T.String(), uri: T.String(), text: words }),
]);

/** The words in a prompt that name an agent. */
export const agentSource = T.Object({ value: T.String(), start: count, end: count });
