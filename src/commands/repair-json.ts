import { statSync } from "node:fs";
import { commandLine, DoctorError } from "../errors.js";
import { shellWord } from "../escapes.js";
import { exitCode } from "../exit-code.js";
import { readJsonItems } from "../files/json-file.js";
import { isParquet } from "../files/parquet.js";
import { realFile } from "../files/real-file.js";
import { beginFile, copyWhole, type WholeFile } from "../files/whole-file.js";
import { breather, heedingSignals } from "../interrupts.js";
import { blocksOf } from "../model/conversation.js";
import { append } from "../model/numbers.js";
import { checkTarget, namedBeside } from "../repair/backup.js";
import { type MendedConversation, mendJson } from "../repair/json.js";
import { recallFrom } from "../repair/recall.js";
import { mendedTable } from "../reporters/mended.js";
import { safeText } from "../reporters/safe-text.js";
import { again } from "../reporters/shell.js";
import { conversationsIn, decodeJson } from "../scan/json-conversations.js";
import type { RepairFlags } from "./flags.js";
import { checkOutput, openOutput, reportDone, reporterOptions } from "./output.js";
import { scanOptionsOf } from "./scan-options.js";
import { talk } from "./talk.js";

/** Mends an export or captured requests: writes a copy with --output, changes the file itself with --backup. */
export async function runRepairJson(path: string, flags: RepairFlags, now: number): Promise<number> {
  const inPlace = !flags.dryRun && (flags.backup !== undefined || flags.backupTo !== undefined);
  const copy = flags.dryRun ? undefined : flags.output;
  if (flags.undoOnly || flags.plan)
    throw new DoctorError(
      "USAGE",
      `${path}: a JSON file has no undo journal and no saved plan`,
      commandLine("repair", path, "--output", "fixed.json"),
    );
  if (isParquet(path))
    throw new DoctorError(
      "USAGE",
      `${path}: a Parquet file is read, not written: mend its rows as lines`,
      `duckdb -c ${shellWord(`copy (from '${path}') to '${path}.jsonl' (format json)`)}`,
    );
  if (flags.interactive)
    throw new DoctorError("USAGE", `${path}: -i chooses conversations of databases and of session files`);
  if (inPlace && (copy !== undefined || path === "-"))
    throw new DoctorError(
      "USAGE",
      "--output writes a mended copy, --backup mends the file itself: one of them",
    );
  checkOutput(copy, [path, flags.from], ["conversation"]);
  const target = copy ?? (inPlace ? path : null);
  const sink = target === null ? null : openSink(target, path);
  try {
    const { conversations, failures } = await mendAll(path, flags, now, sink);
    if (conversations.length === 0)
      throw (
        failures[0] ?? new DoctorError("NOT_FOUND", `${path}: no such session`, commandLine("scan", path))
      );
    const changed = conversations.some((one) => one.changed);
    const backup = inPlace && changed && flags.backup !== false ? backUpFile(path, flags.backupTo) : null;
    if (sink && (changed || !inPlace)) sink.keep();
    await tell(
      path,
      conversations,
      { target: changed || !inPlace ? target : null, backup, failures },
      flags,
      now,
    );
    const findings = conversations.flatMap(({ mended, remaining }) =>
      target === null ? [...mended, ...remaining] : remaining,
    );
    return exitCode({ findings, incomplete: failures.length > 0 }, flags.failOn);
  } finally {
    sink?.drop();
  }
}

/** Mends the file item by item into the sink. @throws DoctorError INTERRUPTED, and what reading throws */
async function mendAll(
  path: string,
  flags: RepairFlags,
  now: number,
  sink: WholeFile | null,
): Promise<{ conversations: MendedConversation[]; failures: DoctorError[] }> {
  const recall = flags.from ? recallFrom(flags.from, await resultIds(path)) : undefined;
  const conversations: MendedConversation[] = [];
  const failures: DoctorError[] = [];
  const { unsafe, rule: rules, ignore, severity, dropDuplicatePrompts } = flags;
  const wanted = { unsafe, rules, ignore, severity, dropDuplicatePrompts };
  await heedingSignals(async (isInterrupted) => {
    const breathe = breather();
    const items = mendJson(path, scanOptionsOf(flags, now), wanted, recall);
    for await (const item of items) {
      append(conversations, item.conversations);
      if (item.error) failures.push(item.error);
      sink?.write(item.text);
      await breathe();
      if (isInterrupted()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was written");
    }
  });
  return { conversations, failures };
}

/** The ids of all tool results. The database of --from is searched for their calls. */
async function resultIds(path: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const item of readJsonItems(path)) {
    if (item.error) continue;
    for (const one of conversationsIn(item.value, item.line))
      for (const { block } of blocksOf(decodeJson(one, 0).messages, "result")) ids.add(block.id);
  }
  return ids;
}

/** The mended file, which replaces what is there when it is whole; it keeps the owner and the mode. */
function openSink(named: string, input: string): WholeFile {
  const before = statSync(named, { throwIfNoEntry: false });
  if (before && !before.isFile())
    throw new DoctorError("USAGE", `${named}: is no file that a mended copy could replace`);
  if (before && before.nlink > 1)
    throw new DoctorError(
      "REFUSED",
      `${named}: has other names (hard links), which would keep the file as it was; nothing was written`,
      commandLine("repair", input, "--output", "NEW"),
    );
  try {
    return beginFile(named, "kept");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DoctorError("READ_ONLY", `${named}: cannot be written (${why})`);
  }
}

function backUpFile(path: string, to: string | undefined): string {
  const file = realFile(path);
  const backup = namedBeside(file, "backup", to);
  const like = statSync(file);
  checkTarget(backup, file, like.size);
  copyWhole(file, backup, { like, mode: 0o600 });
  return backup;
}

/** Tells of a file that no mend changed. */
function unchanged(path: string, target: string | null, stays: number): string {
  const said =
    stays > 0
      ? `\nNothing was mended in ${safeText(path)}: no honest repair is known, or it needs --unsafe.`
      : `Nothing to repair in ${safeText(path)}.`;
  return `${said}${target ? ` ${safeText(target)} is a copy without a change.` : ""}\n`;
}

interface Done {
  readonly target: string | null;
  readonly backup: string | null;
  readonly failures: readonly DoctorError[];
}

async function tell(
  path: string,
  conversations: readonly MendedConversation[],
  { target, backup, failures }: Done,
  flags: RepairFlags,
  now: number,
): Promise<void> {
  talk(...failures.map(({ message }) => message));
  const changed = conversations.filter((one) => one.changed).length;
  const stays = conversations.flatMap(({ remaining }) => remaining).length;
  const options = reporterOptions({ ...flags, output: undefined }, now, "warning");
  const end =
    changed === 0
      ? unchanged(path, target, stays)
      : target === null
        ? `\nNothing was written. To write a mended copy: ${again(flags.given)} --output fixed.json\n`
        : `\nWrote ${safeText(target)}.\n${backup ? `Backup:  ${safeText(backup)}\nTo go back: ${commandLine("restore", path, ...(flags.backupTo ? ["--from", backup] : []))}\n` : ""}`;
  const json = { schemaVersion: 1, input: path, output: target, backup, conversations };
  const table = () => [
    ...(changed + stays > 0
      ? mendedTable(path, conversations, { ...options, unsafe: flags.unsafe || flags.from !== undefined })
      : []),
    end,
  ];
  if (flags.quiet && flags.format !== "json") return;
  await reportDone(
    openOutput(undefined, { color: options.color }),
    flags.format === "json" ? [`${JSON.stringify(json, null, 2)}\n`] : table(),
    () => (target === null ? [] : [end.trimStart()]),
  );
}
