import { setImmediate } from "node:timers/promises";

/** Signals that ask the program to end, and the exit code that tells of each. */
const ENDINGS: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };
/** So long, in ms, may a loop run on without letting anything else through. */
const BREATH = 50;

/** Ends the process through its exit handlers: private copies and partial files go with it. */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(ENDINGS)) process.on(signal, () => process.exit(code));
}

/** While the work runs, a signal is noted instead: the work ends where it leaves no trace. */
export async function heedingSignals<Result>(
  work: (isInterrupted: () => boolean) => Promise<Result>,
): Promise<Result> {
  let isInterrupted = false;
  const note = () => {
    isInterrupted = true;
  };
  const restored = Object.keys(ENDINGS).map((signal) => {
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

/** To be awaited in each turn of a long loop: now and then it lets timers and signals through, for progress and Ctrl-C. */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await setImmediate();
    last = performance.now();
  };
}
