import { setFlagsFromString } from "node:v8";

/** Flags of V8 hold for the whole process: only the program sets them, never the library. */

/**
 * V8 lets the heap grow to four times of what is in use. With less, a scan with 100,000 findings stays under 200 MB and
 * takes a few hundredths longer; a repair takes as long.
 */
export function growHeapSlowly(): void {
  setFlagsFromString("--heap-growing-percent=40");
}

/**
 * Keeps the part of the heap in which objects begin as small as it is at the start: V8 lets it grow to 33 MB in this thread
 * and to 8 MB in a helper. A repair takes 35 MB less, and no longer. V8 sets the flag back when a thread begins.
 */
export function keepNewSpaceSmall(): void {
  const keep = () => setFlagsFromString("--semi-space-growth-factor=1");
  keep();
  if (process.listenerCount("worker") === 0) process.on("worker", (worker) => worker.once("online", keep));
}

/** Bytes of bytecode that a function runs through before it is optimised; the default of V8 is 67,584. */
const BEFORE_OPTIMISING = 500_000;

/**
 * Lets the V8 of Node 20 optimise fewer functions: a command of a few seconds spends up to a third of its processor time on
 * that, in each of its threads. Later versions have another compiler in between, and no such flag.
 */
export function optimiseLater(): void {
  if (Number.parseInt(process.versions.v8, 10) < 12)
    setFlagsFromString(`--interrupt-budget=${BEFORE_OPTIMISING}`);
}
