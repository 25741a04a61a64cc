import { always } from "./glance.js";
import { defineRule } from "./rule.js";

/** Blocks behind which a paused turn goes on, by their types. */
const GOES_ON = /_tool_result$|^tool-approval-request$/;

export const assistantPrefill = defineRule({
  id: "assistant-prefill",
  family: "order",
  title: "the request ends with an assistant turn",
  safety: "none",
  explanation: {
    what: "The last message of the request is the assistant's. Current models refuse to continue it.",
    arises:
      "A message is dated in the future, the host's run loop asks again after the final answer, or the request was cut.",
    repair:
      "In a database the cause is mended (times, interrupted tools). In a request, --unsafe removes the last turn.",
    unknown:
      "Whether the model in use still takes a prefill, where neither the request nor --model names it; models before Claude 4.6 and before Gemini 3.6 do.",
  },
  check(view, provider) {
    const last = view.turns.at(-1);
    if (!provider.refusesPrefill || last?.role !== "assistant") return [];
    if (view.model && provider.prefillModels?.test(view.model)) return [];
    if (!view.model && view.settings && provider.modelInUrl) return [];
    // A turn that was paused, while a tool ran at the provider or until the user approves a call, goes on there.
    const end = last.blocks.at(-1);
    if (end?.kind === "call" ? end.exempt : end?.kind === "ignored" && GOES_ON.test(end.type)) return [];
    return [{ row: last.row ?? end?.row ?? null, turn: view.turns.length - 1 }];
  },
  // The next prompt comes last, unless a message is dated ahead of it: that is another rule's damage.
  clears: always,
});
