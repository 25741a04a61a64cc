import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { BatchContext, BatchResult } from "./batch.js";

const WORKER = new URL("./worker.js", import.meta.url);
/** Conversations a batch, and batches that wait at a helper so that it never idles while this thread is busy. */
const BATCH = 16;
const AHEAD = 4;
/** A small young generation keeps the whole process under 200 MB; a row of 32 MB still fits the old one. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1024 };

export const canUseThreads = existsSync(fileURLToPath(WORKER));

/**
 * Scans with `jobs` threads, this one among them: it starts at once while the helpers load.
 * Results come in no fixed order.
 */
export async function scanInThreads(
  source: { name: string; path: string },
  handles: readonly number[],
  context: BatchContext,
  jobs: number,
  scanHere: (handles: readonly number[]) => BatchResult,
  onBatch: (result: BatchResult, done: number) => void,
): Promise<void> {
  let next = 0;
  let done = 0;
  const take = () => {
    const batch = handles.slice(next, next + BATCH);
    next += batch.length;
    return batch;
  };
  const finish = (result: BatchResult, size: number) => {
    done += size;
    onBatch(result, done);
  };
  const helpers = Array.from({ length: jobs - 1 }, () => startHelper(source, context, take, finish));
  while (next < handles.length && !helpers.some((helper) => helper.failed)) {
    const batch = take();
    finish(scanHere(batch), batch.length);
    await setImmediate();
  }
  await Promise.all(helpers.map((helper) => helper.ended));
}

interface Helper {
  failed: boolean;
  ended: Promise<void>;
}

function startHelper(
  source: { name: string; path: string },
  context: BatchContext,
  take: () => number[],
  finish: (result: BatchResult, size: number) => void,
): Helper {
  const worker = new Worker(WORKER, { workerData: { ...source, context }, resourceLimits: LIMITS });
  const sizes: number[] = [];
  const deal = () => {
    const batch = take();
    if (batch.length === 0) return;
    sizes.push(batch.length);
    worker.postMessage(batch);
  };
  const helper: Helper = { failed: false, ended: Promise.resolve() };
  helper.ended = new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      helper.failed = true;
      void worker.terminate();
      reject(error);
    };
    worker.on("message", (answer: { result?: BatchResult; failed?: { code?: string; message: string } }) => {
      if (answer.failed) {
        fail(Object.assign(new Error(answer.failed.message), { code: answer.failed.code }));
        return;
      }
      finish(answer.result!, sizes.shift()!);
      deal();
      if (sizes.length === 0) worker.postMessage(null);
    });
    worker.on("error", fail);
    worker.on("exit", () => resolve());
  });
  for (let ahead = 0; ahead < AHEAD; ahead++) deal();
  if (sizes.length === 0) worker.postMessage(null);
  return helper;
}
