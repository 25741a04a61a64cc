import { statSync } from "node:fs";
import { safeText } from "../reporters/safe-text.js";
import { bytes, duration } from "../reporters/units.js";

export interface Progress {
  update(done: number, total: number, what: string): void;
  stop(): void;
}

/** A remaining time is told after this time (ms): before, it would be a guess. */
const SURE_AFTER = 2000;

/**
 * Shows progress on standard error, after half a second, and only on a terminal that has a width. `path`: the file that is
 * worked on, whose size is told.
 */
export async function startProgress(quiet = false, path?: string): Promise<Progress> {
  // With a terminal of 0 columns (as scripts make them), the library would clear lines for ever.
  if (quiet || !process.stderr.isTTY || !process.stderr.columns) return { update() {}, stop() {} };
  const { default: ora } = await import("ora");
  // If the library hid the cursor, it would handle signals itself, and no handler runs while SQLite works.
  const spinner = ora({ stream: process.stderr, discardStdin: false, hideCursor: false });
  const startAt = Date.now() + 500;
  const tell = stateTeller(path);
  return {
    update(done, total, what) {
      if (Date.now() < startAt) return;
      spinner.text = tell(done, total, what, Date.now());
      if (!spinner.isSpinning) spinner.start();
    },
    stop: () => void spinner.stop(),
  };
}

/** Answers with "backup: 43 % of 1.3 GB, about 12 s left", by the time that the phase has taken so far. */
export function stateTeller(
  path?: string,
): (done: number, total: number, what: string, now: number) => string {
  let phase = { what: "", since: 0, size: "" };
  return (done, total, what, now) => {
    if (what !== phase.what) phase = { what, since: now, size: sizeOf(path ?? what) };
    const share = Math.min(1, done / Math.max(1, total));
    const passed = now - phase.since;
    const left =
      share > 0 && passed >= SURE_AFTER ? `, about ${remaining((passed * (1 - share)) / share)} left` : "";
    return `${safeText(what)}: ${Math.floor(100 * share)} %${phase.size}${left}`;
  };
}

/** An estimate (ms) in whole seconds, in minutes where it is long. */
function remaining(ms: number): string {
  return ms < 120_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : duration(Math.round(ms));
}

function sizeOf(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false });
  return file?.isFile() ? ` of ${bytes(file.size)}` : "";
}
