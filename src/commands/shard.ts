import { DoctorError } from "../errors.js";
import type { Inputs } from "../scan/inputs.js";

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Variables by which other programs number their jobs. `from`: the number of the first job. */
const VARIABLES = [
  { index: "JOB_COMPLETION_INDEX", of: "JOB_COMPLETIONS", from: 0 },
  { index: "CI_NODE_INDEX", of: "CI_NODE_TOTAL", from: 1 },
] as const;

/**
 * Reads `--shard`: `2/3` is the second of three; `auto` takes the numbers that Kubernetes or GitLab gives to its jobs.
 * @throws DoctorError USAGE where the numbers do not fit
 */
export function shardOf(value: string, env: NodeJS.ProcessEnv): Shard {
  if (value === "auto") return shardOfJob(env);
  const [, index, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(value) ?? [];
  return fitting(Number(index), Number(of), `--shard ${value}`);
}

function shardOfJob(env: NodeJS.ProcessEnv): Shard {
  for (const names of VARIABLES) {
    const [index, of] = [env[names.index], env[names.of]];
    if (index === undefined && of === undefined) continue;
    const told = [names.index, names.of].map((name) => `${name}=${env[name] ?? ""}`).join(" ");
    return fitting(numberOf(index) + 1 - names.from, numberOf(of), told);
  }
  const pairs = VARIABLES.map(({ index, of }) => `${index} and ${of}`).join(", or ");
  throw new DoctorError("USAGE", `--shard auto: needs ${pairs}`, "--shard 1/3");
}

function numberOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function fitting(index: number, of: number, told: string): Shard {
  if (index >= 1 && index <= of) return { index, of };
  throw new DoctorError(
    "USAGE",
    `${told}: the number of a shard lies between 1 and the number of shards`,
    "--shard 1/3 is the first of three",
  );
}

/** The files of one shard. The first shard also names the files that are of no known kind. */
export function shareOf({ files, skipped }: Inputs, { index, of }: Shard): Inputs {
  const own = files.filter((_, place) => place % of === index - 1);
  return { files: own, skipped: index === 1 ? skipped : [] };
}
