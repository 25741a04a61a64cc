import { parentPort, workerData } from "node:worker_threads";
import { openForReading } from "../files/sqlite.js";
import { readDatabase } from "../sources/database.js";
import { scanBatch } from "./batch.js";
import { batchesOf, type HelperAnswer, type HelperData } from "./threads.js";

const answer = (message: HelperAnswer) => parentPort!.postMessage(message);

function scanShare({ name, path, context, ...shared }: HelperData): void {
  const db = openForReading({ name });
  try {
    const reader = readDatabase(db, path);
    for (const batch of batchesOf(shared))
      answer({ result: scanBatch(db, reader, batch, context), size: batch.length });
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
