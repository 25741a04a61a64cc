import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { readJsonItems } from "../files/json-file.js";
import { writeAll } from "../files/write-all.js";
import { blocksOf } from "../model/conversation.js";
import { checkTarget, namedBeside, sync } from "../repair/backup.js";
import { type MendedConversation, mendJson } from "../repair/json.js";
import { recallFrom } from "../repair/recall.js";
import { mendedTable } from "../reporters/mended.js";
import { safeJson, safeText } from "../reporters/safe-text.js";
import { again } from "../reporters/shell.js";
import { conversationsIn, decodeJson } from "../scan/json-conversations.js";
import { type RepairFlags, scanOptionsOf } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";

/** Mends an export or captured requests: writes a copy with --output, changes the file itself with --backup. */
export async function runRepairJson(path: string, flags: RepairFlags, now: number): Promise<number> {
  const inPlace = flags.backup !== undefined || flags.backupTo !== undefined;
  if (flags.undoOnly || flags.plan)
    throw new DoctorError(
      "USAGE",
      `${path}: a JSON file has no undo journal and no saved plan`,
      `doctor repair ${path} --output fixed.json`,
    );
  if (inPlace && (flags.output !== undefined || path === "-"))
    throw new DoctorError(
      "USAGE",
      "--output writes a mended copy, --backup mends the file itself: one of them",
    );
  checkOutput(flags.output, [path, flags.from]);
  const target = flags.output ?? (inPlace ? path : null);
  const recall = flags.from ? recallFrom(flags.from, await resultIds(path)) : undefined;
  const sink = target === null ? null : openSink(target);
  const conversations: MendedConversation[] = [];
  const failures: DoctorError[] = [];
  try {
    const items = mendJson(
      path,
      scanOptionsOf(flags, now),
      { unsafe: flags.unsafe, rules: flags.rule, dropDuplicatePrompts: flags.dropDuplicatePrompts },
      recall,
    );
    for await (const item of items) {
      conversations.push(...item.conversations);
      if (item.error) failures.push(item.error);
      sink?.write(item.text);
    }
    if (conversations.length === 0)
      throw failures[0] ?? new DoctorError("NOT_FOUND", `${path}: no such session`, `doctor scan ${path}`);
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
  } finally {
    sink?.drop();
  }
  const findings = conversations.flatMap(({ mended, remaining }) =>
    target === null ? [...mended, ...remaining] : remaining,
  );
  return exitCode({ findings, incomplete: failures.length > 0 }, flags.failOn);
}

/** The ids of all tool results. The database of --from is searched for their calls. */
async function resultIds(path: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const item of readJsonItems(path)) {
    if (item.error) continue;
    for (const one of conversationsIn(item.value!, item.line))
      for (const { block } of blocksOf(decodeJson(one, 0).messages, "result")) ids.add(block.id);
  }
  return ids;
}

/** Opens a temporary file that replaces the named file once it is whole and synced. */
function openSink(named: string) {
  const before = statSync(named, { throwIfNoEntry: false });
  if (before && !before.isFile())
    throw new DoctorError("USAGE", `${named}: is no file that a mended copy could replace`);
  // A symbolic link is kept: the file that it points to is replaced.
  const target = before ? realpathSync(named) : named;
  const partial = `${target}.partial-${process.pid}`;
  let fd: number;
  try {
    fd = openSync(partial, "wx", 0o600);
  } catch (error) {
    throw new DoctorError("READ_ONLY", `${target}: cannot be written (${(error as Error).message})`);
  }
  const clean = () => rmSync(partial, { force: true });
  process.once("exit", clean);
  let open = true;
  const close = () => {
    if (open) closeSync(fd);
    open = false;
  };
  return {
    write: (text: string) => writeAll(fd, text),
    keep() {
      fsyncSync(fd);
      close();
      chmodSync(partial, before ? before.mode & 0o777 : 0o644);
      renameSync(partial, target);
      sync(dirname(target));
    },
    drop() {
      close();
      clean();
      process.removeListener("exit", clean);
    },
  };
}

function backUpFile(path: string, to: string | undefined): string {
  const backup = namedBeside(path, "backup", to);
  checkTarget(backup, path, statSync(path).size);
  copyFileSync(path, backup, constants.COPYFILE_EXCL);
  chmodSync(backup, 0o600);
  sync(backup);
  return backup;
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
  for (const { message } of failures) process.stderr.write(`${safeText(message)}\n`);
  if (flags.format === "json") {
    const told = { schemaVersion: 1, input: path, output: target, backup, conversations };
    await write([`${safeJson(JSON.stringify(told, null, 2))}\n`]);
    return;
  }
  if (flags.quiet) return;
  const changed = conversations.filter((one) => one.changed).length;
  const options = reporterOptions({ ...flags, output: undefined }, now, "warning");
  const stays = conversations.flatMap(({ remaining }) => remaining).length;
  await write([
    ...(changed + stays > 0
      ? mendedTable(path, conversations, { ...options, unsafe: flags.unsafe || flags.from !== undefined })
      : []),
    changed === 0
      ? `${changed + stays > 0 ? "\n" : ""}Nothing to repair in ${safeText(path)}.${target ? ` Copied to ${safeText(target)}.` : ""}\n`
      : target === null
        ? `\nNothing was written. To write a mended copy: ${again(flags.given)} --output fixed.json\n`
        : `\nWrote ${safeText(target)}${backup ? `; the file as it was: ${safeText(backup)}` : ""}.\n`,
  ]);
}
