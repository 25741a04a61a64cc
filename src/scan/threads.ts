import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Attendant } from "./attendant.js";
import { type BatchContext, type BatchResult, type Desk, scanBatch } from "./batch.js";
import { newShared, type Shared, Turns, takeBatch } from "./turns.js";

const WORKER = new URL("./worker.js", import.meta.url);
/** A small young generation keeps the process under 200 MB; the old generation still holds a row of 32 MB. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1024 };

export const canUseThreads = existsSync(fileURLToPath(WORKER));

/** All that a helper thread needs to open the file and to judge its conversations. */
export interface HelperData extends Shared {
  readonly name: string;
  readonly path: string;
  readonly context: BatchContext;
  /** For the attendant. */
  readonly data?: unknown;
}

/** The answers of a helper thread: a result for each batch; at the end `done`, or the error that ended it. */
export type HelperAnswer =
  | { readonly result: BatchResult; readonly at: number; readonly size: number }
  | { readonly done: true }
  | { readonly failed: { readonly code?: string; readonly message: string } };

/** Batches that threads may take before the oldest one has found its reader. */
const AHEAD = 16;

/** Where the results of batches go. */
export interface Receiver {
  /** Takes a result. `done`: conversations that are judged, this batch included. */
  take(result: BatchResult, done: number): Promise<void>;
  /** True if the findings are read while the scan goes on: threads then wait for a slow reader. */
  readonly isStream: boolean;
  /** True if nobody wants the rest. */
  isOver(): boolean;
}

/** A database that an attendant works on. */
export interface Attending extends Omit<Desk, "attendant"> {
  /** The name for SQLite, as in `ReadPlan`. */
  readonly name: string;
  readonly path: string;
}

/** How each thread of a scan gets an attendant. */
export interface Attendance {
  /** The module that helper threads run. */
  readonly worker: URL;
  /** Plain data for that module. */
  readonly data: unknown;
  /** @throws DoctorError where it cannot work on the database */
  open(attending: Attending): Attendant;
  /** Takes an answer of an attendant to this thread, and returns what stands for it in the result. */
  keep?(answer: unknown): unknown;
}

/** A database that threads share. */
export interface SharedWork extends Attending {
  readonly attendance?: Attendance;
}

/**
 * Scans with `jobs` threads. This thread is one of them and starts at once, while the helpers load. Results are passed on
 * in the order of the conversations.
 */
export async function scanInThreads(
  work: SharedWork,
  handles: readonly number[],
  jobs: number,
  receiver: Receiver,
): Promise<void> {
  const { name, path, context, attendance } = work;
  const shared = newShared(handles, receiver.isStream ? AHEAD : undefined);
  let done = 0;
  const turns = new Turns<BatchResult>(shared, (result, size) => {
    done += size;
    return receiver.take(result, done);
  });
  // Opened first: where it refuses the database, no helper is started.
  const attendant = attendance?.open(work);
  const helpers = Array.from({ length: jobs - 1 }, () =>
    startHelper(
      attendance?.worker ?? WORKER,
      { name, path, context, data: attendance?.data, ...shared },
      turns,
    ),
  );
  const desk = { ...work, attendant };
  const isOver = () => receiver.isOver() || helpers.some((helper) => helper.error);
  try {
    for (let batch = takeBatch(shared); batch && !isOver(); batch = takeBatch(shared)) {
      await turns.room(batch, isOver);
      if (isOver()) break;
      turns.put(batch.at, batch.handles.length, scanBatch(desk, batch.handles));
      await turns.settled();
      await setImmediate();
    }
    // Helpers that wait for the batch of one that failed would wait for ever.
    if (isOver()) for (const helper of helpers) await helper.stop();
    await Promise.all(helpers.map((helper) => helper.ended));
    await turns.settled();
  } catch (error) {
    for (const helper of helpers) await helper.stop();
    throw error;
  } finally {
    attendant?.close();
  }
  for (const { error } of helpers) if (error) throw error;
}

interface Helper {
  /** Settles when the helper has closed its file. The thread may end later, while the report is written. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<unknown>;
  error?: Error;
}

function startHelper(module: URL, data: HelperData, turns: Turns<BatchResult>): Helper {
  const worker = new Worker(module, { workerData: data, resourceLimits: LIMITS });
  const ended = new Promise<unknown>((end) => {
    worker.once("exit", end);
    worker.on("message", (answer: HelperAnswer) => {
      if ("result" in answer) return turns.put(answer.at, answer.size, answer.result);
      if ("failed" in answer) fail(Object.assign(new Error(answer.failed.message), answer.failed));
      end(answer);
    });
  });
  const helper: Helper = { ended, stop: () => worker.terminate() };
  const fail = (error: Error) => {
    helper.error = error;
    turns.wake();
  };
  worker.on("error", fail);
  return helper;
}
