import { commandLine } from "../errors.js";
import { plural } from "../model/numbers.js";
import type { Applied } from "../repair/apply.js";
import type { Proof } from "../scan/proof.js";
import type { Chosen, Sick } from "../scan/sick.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { shortAge } from "./units.js";
import { titleOf } from "./wording.js";

/** The most conversations that are listed. */
const LISTED = 8;

function line({ session, note, rule }: Sick, options: ReporterOptions): string {
  const name = note?.title ?? note?.folder;
  const facts = [name && safeText(name), note && shortAge(note.updated, options.now), safeText(session)];
  return shorten(`  ${facts.filter(Boolean).join(" · ")}   ${titleOf(rule)}`, options.width);
}

function list(sick: readonly Sick[], options: ReporterOptions): string[] {
  const more = sick.length - LISTED;
  return [
    ...sick.slice(0, LISTED).map((one) => line(one, options)),
    ...(more > 0 ? [`  … and ${plural(more, "more conversation")}`] : []),
  ];
}

/** Says which conversations were found, before they are mended. */
export function* sickLines(
  { fit, isElsewhere }: Chosen,
  sick: readonly Sick[],
  options: ReporterOptions,
): Generator<string> {
  const who = sick[0]?.target;
  const found = plural(sick.length, "conversation");
  const head =
    fit === undefined
      ? `${found} can be mended safely:`
      : who
        ? `${safeText(who)} ${isElsewhere ? "would say" : "says"} this of ${found} here${isElsewhere ? ", from another version of the program or at another provider" : ""}:`
        : `This text points to ${found} here:`;
  yield `${[head, ...list(sick, options)].join("\n")}\n`;
}

/** Says that a choice is needed. */
export function* severalMatch({ chosen }: Chosen, options: ReporterOptions): Generator<string> {
  yield `${[`${plural(chosen.length, "conversation")} would get this text:`, ...list(chosen, options)].join("\n")}\n`;
  yield "Name one with --session ID, or mend every one with --all.\n";
}

/** Says that no conversation fits, and names the nearest. */
export function* noMatch(
  { nearest, isAnyDead }: Chosen,
  text: string,
  options: ReporterOptions,
): Generator<string> {
  if (text === "" && nearest.length === 0) {
    yield "No conversation here is dead: nothing to mend.\n";
    return;
  }
  yield text === ""
    ? isAnyDead
      ? "No dead conversation here has a safe repair.\n"
      : "No conversation here is dead; these limp:\n"
    : `No conversation here would get this text now.\n${nearest.length > 0 ? "The nearest damaged ones:\n" : ""}`;
  if (nearest.length > 0) yield `${list(nearest, options).join("\n")}\n`;
  yield `Next: ${nextOf(nearest[0], text === "", isAnyDead)}\n`;
}

/** The command that goes on where nothing was mended. `first`: of the conversations that are listed. */
function nextOf(first: Sick | undefined, isForAll: boolean, isAnyDead: boolean): string {
  if (!first) return "doctor scan";
  if (isForAll && !isAnyDead) return commandLine("heal", first.input, "--session", first.session);
  if (isForAll && first.safety === "unsafe") return commandLine("repair", first.input, "--unsafe");
  return commandLine("scan", first.input);
}

/** Says what was written, what was proved, and how to go back. */
export function* proof(
  done: Pick<Applied, "backup" | "journal" | "rows" | "skipped">,
  proofs: readonly Proof[],
  database: string,
  elsewhere: boolean,
  options: ReporterOptions,
): Generator<string> {
  const { green, red, bold } = createColors(options.color);
  const [yes, no] = [green("✔"), red("✖")];
  yield ` ${yes} backup ${safeText(done.backup ?? "")}\n ${yes} ${plural(done.rows, "row")} written\n`;
  for (const { session, left, provider, verdict, error } of proofs) {
    const name = proofs.length > 1 ? `${safeText(session)}: ` : "";
    const rules = [...new Set(left.map(({ rule }) => titleOf(rule)))].join(", ");
    yield left.length === 0
      ? ` ${yes} ${name}scanned again: nothing left\n`
      : ` ${no} ${name}scanned again: ${rules} left\n`;
    yield verdict === "accepted"
      ? ` ${yes} ${name}next request: ${provider} would take it\n`
      : ` ${no} ${name}next request: ${verdict}${error ? ` (${safeText(error)})` : ""}\n`;
  }
  for (const { session, reason } of done.skipped)
    yield ` ${no} ${safeText(session ?? "rows without a conversation")} was skipped: ${safeText(reason)}\n`;
  if (proofs.every(({ isWell }) => isWell)) yield "Start the program again and send your prompt once more.\n";
  const from = elsewhere && done.backup ? ["--from", done.backup] : [];
  yield `Undo: ${bold(commandLine("restore", database, ...from))}\n`;
}
