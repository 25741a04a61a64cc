import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Database } from "../files/sqlite.js";
import type { DatabaseStore } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import { type BatchContext, type BatchResult, scanBatch } from "./batch.js";

const WORKER = new URL("./worker.js", import.meta.url);
/** Conversations in a batch. */
const BATCH = 16;
/** A small young generation keeps the process under 200 MB; the old generation still holds a row of 32 MB. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1024 };

export const canUseThreads = existsSync(fileURLToPath(WORKER));

/** The work that all threads share. Each thread takes the next batch when it has finished one. */
export interface Shared {
  readonly handles: readonly number[];
  /** One 32-bit integer: the index in `handles` of the next conversation that no thread has taken. */
  readonly cursor: SharedArrayBuffer;
}

/** All that a helper thread needs to open the file and to judge its conversations. */
export interface HelperData extends Shared {
  readonly name: string;
  readonly path: string;
  readonly context: BatchContext;
}

/** The answers of a helper thread: a result for each batch; at the end `done`, or the error that ended it. */
export type HelperAnswer =
  | { readonly result: BatchResult; readonly size: number }
  | { readonly done: true }
  | { readonly failed: { readonly code?: string; readonly message: string } };

export function* batchesOf({ handles, cursor }: Shared): Generator<readonly number[]> {
  const next = new Int32Array(cursor);
  for (;;) {
    const at = Atomics.add(next, 0, BATCH);
    if (at >= handles.length) return;
    yield handles.slice(at, at + BATCH);
  }
}

/**
 * Scans with `jobs` threads. This thread is one of them and starts at once, while the helpers load.
 * Results arrive in any order.
 */
export async function scanInThreads(
  {
    db,
    store,
    reader,
    ...source
  }: { db: Database; store: DatabaseStore; reader: Reader; name: string; path: string },
  handles: readonly number[],
  context: BatchContext,
  jobs: number,
  onBatch: (result: BatchResult, done: number) => void,
): Promise<void> {
  const shared: Shared = { handles, cursor: new SharedArrayBuffer(4) };
  let done = 0;
  const finish = (result: BatchResult, size: number) => {
    done += size;
    onBatch(result, done);
  };
  const helpers = Array.from({ length: jobs - 1 }, () =>
    startHelper({ ...source, context, ...shared }, finish),
  );
  try {
    for (const batch of batchesOf(shared)) {
      finish(scanBatch(db, store, reader, batch, context), batch.length);
      await setImmediate();
      if (helpers.some((helper) => helper.error)) break;
    }
    await Promise.all(helpers.map((helper) => helper.ended));
  } catch (error) {
    for (const helper of helpers) await helper.stop();
    throw error;
  }
  for (const { error } of helpers) if (error) throw error;
}

interface Helper {
  /** Settles when the helper has closed its file. The thread may end later, while the report is written. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<unknown>;
  error?: Error;
}

function startHelper(data: HelperData, finish: (result: BatchResult, size: number) => void): Helper {
  const worker = new Worker(WORKER, { workerData: data, resourceLimits: LIMITS });
  const ended = new Promise<unknown>((end) => {
    worker.once("exit", end);
    worker.on("message", (answer: HelperAnswer) => {
      if ("result" in answer) return finish(answer.result, answer.size);
      if ("failed" in answer) helper.error = Object.assign(new Error(answer.failed.message), answer.failed);
      end(answer);
    });
  });
  const helper: Helper = { ended, stop: () => worker.terminate() };
  worker.on("error", (error) => {
    helper.error = error;
  });
  return helper;
}
