import { safeText } from "../reporters/safe-text.js";

export interface Progress {
  update(done: number, total: number, what: string): void;
  stop(): void;
}

/** Shows progress on standard error, after half a second, and only on a terminal that has a width. */
export async function startProgress(quiet = false): Promise<Progress> {
  // With a terminal of 0 columns (as scripts make them), the library would clear lines for ever.
  if (quiet || !process.stderr.isTTY || !process.stderr.columns) return { update() {}, stop() {} };
  const { default: ora } = await import("ora");
  // If the library hid the cursor, it would handle signals itself, and no handler runs while SQLite works.
  const spinner = ora({ stream: process.stderr, discardStdin: false, hideCursor: false });
  const startAt = Date.now() + 500;
  return {
    update(done, total, what) {
      if (Date.now() < startAt) return;
      spinner.text = `${safeText(what)}: ${Math.floor((100 * done) / Math.max(1, total))} %`;
      if (!spinner.isSpinning) spinner.start();
    },
    stop: () => void spinner.stop(),
  };
}
