import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { FIXTURES } from "./fixtures.js";

const DOCTOR = join(FIXTURES, "../bin/doctor.js");

/** Runs a command line as a process of its own. */
export function doctor(args: string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const { input, env } = options;
  return spawnSync(process.execPath, [DOCTOR, ...args], {
    encoding: "utf8",
    input,
    env: { ...process.env, ...env },
    maxBuffer: 1 << 27,
  });
}

/** Runs a shell script in which `doctor` is the program: exit handlers, devices and limits are the system's. */
export function shell(script: string, cwd: string, env: NodeJS.ProcessEnv = process.env) {
  const whole = `doctor() { "${process.execPath}" "${DOCTOR}" "$@"; }; ${script}`;
  return spawnSync("sh", ["-c", whole], { cwd, encoding: "utf8", env });
}
