import type { Json, JsonObject } from "../../model/conversation.js";
import { wordOf } from "../../model/text.js";

/** A tool of OpenAI Responses that the client runs, and whose calls and outputs are items of kinds of their own. */
interface ClientTool {
  readonly name: string;
  /** The values of an output that tells that there is none; null where an output cannot be told in words. */
  answer(text: string): JsonObject | null;
}

/**
 * Under the kind of the call; the kind of its output ends with `_output`. The service asks for the output of each call as
 * it does for functions ("No tool output found for shell call …").
 */
const CLIENT_TOOLS: Readonly<Record<string, ClientTool>> = {
  shell_call: {
    name: "shell",
    answer: (text) => ({ output: [{ stdout: "", stderr: text, outcome: { type: "timeout" } }] }),
  },
  local_shell_call: { name: "local_shell", answer: (text) => ({ output: text, status: "incomplete" }) },
  apply_patch_call: { name: "apply_patch", answer: (text) => ({ status: "failed", output: text }) },
  computer_call: { name: "computer", answer: () => null },
};

/** The tool whose calls are items of this kind. */
export function clientToolOf(type: Json | undefined): ClientTool | undefined {
  const kind = wordOf(type);
  return Object.hasOwn(CLIENT_TOOLS, kind) ? CLIENT_TOOLS[kind] : undefined;
}

/** True for the kind of an output of one of these tools. */
export function isClientToolOutput(type: string): boolean {
  return type.endsWith("_output") && clientToolOf(type.slice(0, -"_output".length)) !== undefined;
}
