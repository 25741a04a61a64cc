import { defineRule } from "./rule.js";

export const roleOrder = defineRule({
  id: "role-order",
  family: "order",
  title: "roles that do not alternate",
  safety: "none",
  explanation: {
    what: "Two user messages or two assistant messages follow each other.",
    arises:
      "A prompt was sent again, or the reply between two prompts was dropped. Most providers merge the two messages; strict chat templates refuse them.",
    repair: "None in a database: both messages are real. In a request they are joined into one.",
    unknown: "Whether the server in use checks the order.",
  },
  check: (view, provider) =>
    !provider.alternates
      ? []
      : view.turns.flatMap((turn, index) => {
          const previous = view.turns[index - 1];
          if (!previous || turn.role === "tool" || turn.role === "system" || previous.role !== turn.role)
            return [];
          return [{ row: turn.row ?? previous.row, turn: index }];
        }),
  clears: { message: ({ message }, { previous }) => message.role !== "user" || previous?.role !== "user" },
});
