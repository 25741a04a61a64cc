import { DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { isSqlite } from "../scan/inputs.js";
import { isOfLines, openLines } from "../scan/lines.js";
import type { ScanOptions } from "../scan/options.js";
import { type Applied, type ApplyOptions, applyPlan } from "./apply.js";
import { applyLines, prepareLines } from "./lines.js";
import { type AnyOperation, changesLines, changesRows, type RepairPlan } from "./plan.js";
import { type Prepared, prepareRepair } from "./prepare.js";
import type { RepairOptions } from "./rounds.js";

/**
 * Plans the repair of a database, on a server or in a file, or of a file of lines. Writes nothing.
 * @throws DoctorError where the file cannot be read whole
 */
export async function prepareAny(
  path: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
): Promise<Prepared<AnyOperation>> {
  if (isServer(path)) return (await import("./server/prepare.js")).prepareServer(path, scanOptions, options);
  const lines = isSqlite(path) ? null : openLines(path);
  return lines ? prepareLines(lines, scanOptions, options) : prepareRepair(path, scanOptions, options);
}

/** Applies the plan of a database, or of a file of lines. @throws DoctorError as `applyPlan` and `applyLines` do */
export async function applyAny(
  path: string,
  plan: RepairPlan<AnyOperation>,
  options: ApplyOptions,
): Promise<Applied> {
  if (isServer(path) && changesRows(plan))
    return (await import("./server/apply.js")).applyServer(path, plan, options);
  const isDatabase = isSqlite(path);
  if (isDatabase && changesRows(plan)) return applyPlan(path, plan, options);
  if (!isDatabase && isOfLines(path) && changesLines(plan)) return applyLines(path, plan, options);
  throw new DoctorError("CHANGED", `${path}: is no longer a file of the plan's kind`);
}
