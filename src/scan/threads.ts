import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { BatchContext, BatchResult } from "./batch.js";

const WORKER = new URL("./worker.js", import.meta.url);
const BATCH = 32;
/** Small heaps keep the whole process under 200 MB; a row of 32 MB still fits. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 160 };

export const canUseThreads = existsSync(fileURLToPath(WORKER));

/** Deals the handles out to `jobs` threads, each with its own connection; results in no fixed order. */
export function scanInThreads(
  source: { name: string; path: string },
  handles: readonly number[],
  context: BatchContext,
  jobs: number,
  onBatch: (result: BatchResult, done: number) => void,
): Promise<void> {
  let next = 0;
  let done = 0;
  const runOne = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(WORKER, { workerData: { ...source, context }, resourceLimits: LIMITS });
      const deal = () => {
        const batch = handles.slice(next, next + BATCH);
        next += batch.length;
        worker.postMessage(batch.length > 0 ? batch : null);
      };
      worker.on(
        "message",
        (answer: { result?: BatchResult; failed?: { code?: string; message: string } }) => {
          if (answer.failed) {
            worker.postMessage(null);
            reject(Object.assign(new Error(answer.failed.message), { code: answer.failed.code }));
            return;
          }
          done += BATCH;
          onBatch(answer.result!, Math.min(done, handles.length));
          deal();
        },
      );
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      deal();
    });
  return Promise.all(Array.from({ length: jobs }, runOne)).then(() => undefined);
}
