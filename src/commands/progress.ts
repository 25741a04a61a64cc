import { safeText } from "../reporters/safe-text.js";

export interface Progress {
  update(done: number, total: number, what: string): void;
  stop(): void;
}

/** Progress on standard error, only on a terminal that says how wide it is, and only after half a second. */
export async function startProgress(quiet = false): Promise<Progress> {
  // Where a terminal is 0 columns wide (a pseudo-terminal of a script), the library never ends clearing lines.
  if (quiet || !process.stderr.isTTY || !process.stderr.columns) return { update() {}, stop() {} };
  const { default: ora } = await import("ora");
  // A hidden cursor would have the library handle signals, and no handler runs while SQLite works.
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
