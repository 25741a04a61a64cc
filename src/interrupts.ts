import { setImmediate } from "node:timers/promises";

/** Signals that ask the program to end. */
const ENDINGS = ["SIGINT", "SIGTERM"];
/** The longest time (ms) that a loop runs before it lets signals and timers through. */
const BREATH = 50;

/**
 * While the work runs, the first signal is noted instead of ending the program: the work ends where it leaves no trace.
 * A second one ends the program at once. Everywhere else signals have no handler: one would wait while SQLite works.
 */
export async function heedingSignals<Result>(
  work: (isInterrupted: () => boolean) => Promise<Result>,
): Promise<Result> {
  let isInterrupted = false;
  const note = () => {
    isInterrupted = true;
    for (const signal of ENDINGS) process.removeListener(signal, note);
  };
  const restored = ENDINGS.map((signal) => {
    const before = process.rawListeners(signal) as (() => void)[];
    process.removeAllListeners(signal).on(signal, note);
    return () => {
      process.removeListener(signal, note);
      for (const listener of before) process.on(signal, listener);
    };
  });
  try {
    return await work(() => isInterrupted);
  } finally {
    for (const restore of restored) restore();
  }
}

/**
 * To be awaited in each turn of a long loop: now and then it lets timers and signals through, for progress and Ctrl-C.
 */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await setImmediate();
    last = performance.now();
  };
}
