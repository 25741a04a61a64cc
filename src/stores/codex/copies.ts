import type { JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import { type CodexEntry, eventOf } from "./entry.js";

/** The events of a file hold a second copy of a command: Codex shows it and never sends it. */
export interface CommandCopy {
  readonly output: string | undefined;
  /** The command itself, without the shell that ran it. */
  readonly command: string | undefined;
  /** The shell, its options and the command. */
  readonly line: readonly string[];
}

/** A text of the events: said by the user or by the model. */
export interface TextCopy {
  readonly role: "user" | "assistant";
  readonly id: string;
  readonly text: string;
  /** Index of the event's line in the file. */
  readonly at: number;
}

export interface Copies {
  /** By the id of the call. */
  readonly commands: ReadonlyMap<string, CommandCopy>;
  readonly texts: readonly TextCopy[];
}

/** Reads the copies that Codex keeps in the event of each item that was completed. */
export function copiesIn(entries: readonly CodexEntry[]): Copies {
  const commands = new Map<string, CommandCopy>();
  const texts: TextCopy[] = [];
  for (const [at, entry] of entries.entries()) {
    const item = eventOf(entry, "item_completed")?.item;
    if (!isObject(item) || typeof item.id !== "string") continue;
    if (item.type === "CommandExecution") commands.set(item.id, commandOf(item));
    const role = item.type === "UserMessage" ? "user" : item.type === "AgentMessage" ? "assistant" : null;
    const text = role && textIn(item);
    if (role && text) texts.push({ role, id: item.id, text, at });
  }
  return { commands, texts };
}

function commandOf({ aggregated_output: output, command }: JsonObject): CommandCopy {
  const line = Array.isArray(command) ? command.filter((word) => typeof word === "string") : [];
  return { output: asString(output), command: line.at(-1), line };
}

function textIn({ content }: JsonObject): string {
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.map(({ text }) => asString(text) ?? "").join("");
}
