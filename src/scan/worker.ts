import { parentPort, workerData } from "node:worker_threads";
import { openForReading } from "../files/sqlite.js";
import { present } from "../model/present.js";
import { openDatabase } from "../stores/index.js";
import { scanBatch } from "./batch.js";
import type { HelperAnswer, HelperData } from "./threads.js";
import { takeBatch, waitFor } from "./turns.js";

const answer = (message: HelperAnswer) => present(parentPort).postMessage(message);

function scanShare({ name, path, context, ...shared }: HelperData): void {
  const db = openForReading({ name });
  try {
    const { store, reader } = openDatabase(db, path);
    for (let batch = takeBatch(shared); batch; batch = takeBatch(shared)) {
      waitFor(batch, shared);
      const { at, handles } = batch;
      answer({ result: scanBatch(db, store, reader, handles, context), at, size: handles.length });
    }
  } finally {
    db.close();
  }
}

try {
  scanShare(workerData as HelperData);
  answer({ done: true });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  answer({ failed: { code, message } });
}
