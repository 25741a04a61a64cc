import { existsSync } from "node:fs";
import type { Command, Option } from "commander";
import { RULEBOOK } from "../judge/rulebook.js";
import { PROVIDERS } from "../providers/providers.js";
import { safeText } from "../reporters/safe-text.js";
import { shortAge } from "../reporters/units.js";
import { discover } from "../scan/discover.js";
import { isSqlite } from "../scan/inputs.js";
import { listOf } from "../scan/sessions.js";
import { write } from "./output.js";
import { SHELLS } from "./shells.js";

/** A word that a shell may offer, and a few words about it. */
interface Offer {
  readonly word: string;
  readonly about?: string;
}

/** `files`: names of files fit here, too. */
interface Offers {
  readonly offers: readonly Offer[];
  readonly files?: boolean;
}

/** The most conversations that are offered, the newest first. */
const SESSIONS = 100;
/** Ids of other letters would need quotes, which differ between shells. */
const PLAIN_WORD = /^[\w.:-]+$/;

/** Prints the script that makes a shell complete the words of this program. */
export async function runCompletion(shell: string): Promise<number> {
  await write([SHELLS[shell] ?? ""]);
  return 0;
}

/** Prints what may stand for the last word of an unfinished command line, for a shell. */
export async function runComplete(words: readonly string[], program: Command): Promise<number> {
  const { offers, files } = offersFor(words, program);
  const lines = offers.map(({ word, about }) => (about ? `${word} ${about}` : word));
  await write([...lines, ...(files ? [":files"] : [])].map((line) => `${line}\n`));
  return 0;
}

/** Finds what may stand for the last word. */
export function offersFor(typed: readonly string[], program: Command): Offers {
  const { words, last, prefix } = split(typed);
  const command = program.commands.find((one) => one.name() === words[0]);
  const before = optionNamed(command ?? program, words.at(-1));
  const { offers, files } =
    before && takesValue(before)
      ? valuesOf(before, words)
      : last.startsWith("-")
        ? { offers: flagsOf(command ?? program) }
        : command
          ? argumentsOf(command, program)
          : { offers: commandsOf(program) };
  const fitting = offers.filter(({ word }) => word.startsWith(last));
  return { offers: fitting.map((one) => ({ ...one, word: prefix + one.word })), files };
}

/** Parts the last word from those before it, and a flag from its value: bash gives `--flag=value` as three words. */
function split(typed: readonly string[]): { words: string[]; last: string; prefix: string } {
  const end = typed.at(-1) ?? "";
  const words = typed.slice(0, -1).filter((word) => word !== "=");
  const [, prefix, flag, value] = /^((--[\w-]+)=)(.*)$/.exec(end) ?? [];
  if (prefix !== undefined && flag !== undefined && value !== undefined)
    return { words: [...words, flag], last: value, prefix };
  return { words, last: end === "=" ? "" : end, prefix: "" };
}

function optionNamed(command: Command, word: string | undefined): Option | undefined {
  return command.options.find(({ short, long }) => word !== undefined && (word === short || word === long));
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function flagsOf(command: Command): Offer[] {
  const flags = command.options.map(({ long, description }) => ({ word: long ?? "", about: description }));
  return [...flags, { word: "--help", about: "display help for command" }].filter(({ word }) => word !== "");
}

function commandsOf(program: Command): Offer[] {
  const shown = program.createHelp().visibleCommands(program);
  return shown.map((command) => ({ word: command.name(), about: command.description() }));
}

/** The first argument of a command; later ones are files, or numbers. */
function argumentsOf(command: Command, program: Command): Offers {
  const [argument] = command.registeredArguments;
  if (command.name() === "help") return { offers: commandsOf(program) };
  if (argument?.argChoices) return { offers: argument.argChoices.map((word) => ({ word })) };
  if (argument?.name() === "rule") return { offers: ruleOffers() };
  return { offers: [], files: argument !== undefined };
}

function ruleOffers(): Offer[] {
  return RULEBOOK.map(({ id, rule }) => ({ word: id, about: rule.title }));
}

/** Names of values that are paths, in the help of a flag. */
const PATHS = /<(file|path|database|backup|journal|old=new)>/;

function valuesOf(option: Option, words: readonly string[]): Offers {
  if (option.argChoices) return { offers: option.argChoices.map((word) => ({ word })) };
  switch (option.attributeName()) {
    case "rule":
    case "ignore":
      return { offers: ruleOffers() };
    case "provider":
      return { offers: providerOffers() };
    case "session":
      return { offers: sessionOffers(words) };
    default:
      return { offers: [], files: PATHS.test(option.flags) };
  }
}

function providerOffers(): Offer[] {
  return PROVIDERS.flatMap(({ id, aliases = [] }) => [
    { word: id },
    ...aliases.map((word) => ({ word, about: `the same as ${id}` })),
  ]);
}

/** The conversations of the files on the line, else of this machine. Files that cannot be read are passed over. */
function sessionOffers(words: readonly string[]): Offer[] {
  const named = words.slice(1).filter((word) => !word.startsWith("-") && existsSync(word));
  const listed = (named.length > 0 ? named : discover().found).flatMap((path) => {
    try {
      return isSqlite(path) ? listOf(path).slice(0, SESSIONS) : [];
    } catch {
      return [];
    }
  });
  const now = Date.now();
  const ids = listed
    .filter(({ id }) => PLAIN_WORD.test(id))
    .map(({ id, folder, updated }) => ({
      word: id,
      about: safeText([folder, shortAge(updated, now)].filter(Boolean).join(", ")),
    }));
  return [{ word: "latest", about: "the one that was used last" }, ...ids];
}
