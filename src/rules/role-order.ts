import { defineRule } from "./rule.js";

export const roleOrder = defineRule({
  id: "role-order",
  family: "order",
  title: "roles that do not alternate",
  safety: "none",
  explanation: {
    what: "Two user or two assistant messages follow each other.",
    arises:
      "A prompt was sent again, or the reply between was dropped. Most providers fold them; strict chat templates refuse.",
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
  clears: ({ message }, { previous }) => message.role !== "user" || previous?.role !== "user",
});
