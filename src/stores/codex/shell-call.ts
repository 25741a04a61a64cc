import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";
import type { CommandCopy, Copies } from "./copies.js";
import type { CodexMessage } from "./messages.js";

/** A call that runs a command: the tool's name and its arguments. */
export interface ShellCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** The call of a command that an event tells, in the way in which the other calls of the file are written. */
export function shellCall(
  messages: readonly CodexMessage[],
  { commands }: Copies,
  id: string,
  name?: string,
): ShellCall | undefined {
  const copy = commands.get(id);
  if (copy?.command === undefined) return undefined;
  const calls = messages.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "call"));
  const like = calls.find(
    (call) => commands.has(call.id) && isObject(call.arguments) && (!name || call.name === name),
  );
  return { name: name ?? like?.name ?? "exec_command", input: inputLike(like?.arguments, copy) };
}

function inputLike(args: Json | undefined, { command, line }: CommandCopy): JsonObject {
  const known = isObject(args) ? args.command : undefined;
  if (Array.isArray(known)) return { command: [...line] };
  return typeof known === "string" ? { command: command ?? "" } : { cmd: command ?? "" };
}
