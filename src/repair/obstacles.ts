import gt from "semver/functions/gt.js";
import { asDoctorError, DoctorError } from "../errors.js";
import { holdersOf } from "../files/holders.js";
import { isServer } from "../files/postgres/name.js";
import { realFile } from "../files/real-file.js";
import { isSqlite } from "../scan/inputs.js";
import { hostOf, STORES, usualHost } from "../stores/index.js";
import type { ApplyOptions } from "./apply.js";
import { checkTarget, namedBeside, sizeWithWal } from "./backup.js";
import { inUse } from "./guard.js";
import { refuseBusyLines } from "./lines.js";
import type { AnyOperation, RepairPlan } from "./plan.js";

/** How a plan would be written. */
type Way = Pick<ApplyOptions, "backup" | "backupTo" | "force">;

/**
 * The reasons why a plan would not be written now: another process has the file open, there is no place for the backup, or
 * triggers of the database would run. Looks only, and opens nothing to write.
 */
export function obstaclesOf(path: string, plan: RepairPlan<AnyOperation>, way: Way): DoctorError[] {
  const checks = [
    ...(isServer(path) ? [] : checksOfFile(path, way)),
    ...(plan.obstacles ?? []).map((words) => () => {
      throw new DoctorError("REFUSED", words);
    }),
  ];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [asDoctorError(error, path)];
    }
  });
}

function checksOfFile(path: string, way: Way): (() => void)[] {
  const file = realFile(path);
  return [
    () => {
      if (!way.force) refuseHeld(path);
    },
    () => {
      if (way.backup) checkTarget(namedBeside(file, "backup", way.backupTo), file, sizeWithWal(file));
    },
  ];
}

/** @throws DoctorError IN_USE */
function refuseHeld(path: string): void {
  const holders = isSqlite(path) ? (holdersOf(path) ?? []) : [];
  if (holders.length > 0) throw inUse(path, holders);
  if (!isSqlite(path)) refuseBusyLines(path);
}

/** A sentence where a version wrote the file that is newer than any that was tried; undefined elsewhere. */
export function newerHost({ kind, host: fork, terms }: RepairPlan<AnyOperation>): string | undefined {
  const store = STORES.find(({ id }) => id === kind);
  const told = store?.hosts.find(({ id }) => id === fork) ?? (store ? usualHost(store) : null);
  const host = store && hostOf(store, told, terms.hostVersion);
  if (!host || !gt(terms.hostVersion, host.newest)) return undefined;
  return `${host.title} ${terms.hostVersion} is newer than ${host.newest}, the newest version that was tried: look at the plan with care`;
}
