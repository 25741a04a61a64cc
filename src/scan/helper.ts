import { parentPort, workerData } from "node:worker_threads";
import { openForReading } from "../files/sqlite.js";
import { present } from "../model/present.js";
import { openDatabase } from "../stores/index.js";
import { scanBatch } from "./batch.js";
import type { Attendance, HelperAnswer, HelperData } from "./threads.js";
import { takeBatch, waitFor } from "./turns.js";

/** Judges this helper thread's share of the conversations. `open`: opens its attendant with the data that came along. */
export function runHelper(open?: (data: unknown) => Attendance["open"]): void {
  const data = workerData as HelperData;
  try {
    scanShare(data, open?.(data.data));
    answer({ done: true });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    answer({ failed: { code, message } });
  }
}

function answer(message: HelperAnswer): void {
  present(parentPort).postMessage(message);
}

function scanShare({ name, path, context, ...shared }: HelperData, open?: Attendance["open"]): void {
  const db = openForReading({ name });
  try {
    const { store, reader } = openDatabase(db, path);
    const attendant = open?.({ db, name, path, store, reader, context });
    try {
      const desk = { db, store, reader, context, attendant };
      for (let batch = takeBatch(shared); batch; batch = takeBatch(shared)) {
        waitFor(batch, shared);
        const { at, handles } = batch;
        answer({ result: scanBatch(desk, handles), at, size: handles.length });
      }
    } finally {
      attendant?.close();
    }
  } finally {
    db.close();
  }
}
