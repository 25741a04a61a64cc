import { parentPort, workerData } from "node:worker_threads";
import { readDatabase } from "../sources/database.js";
import { openForReading } from "../sources/sqlite.js";
import { scanBatch } from "./batch.js";
import { batchesOf, type HelperAnswer, type HelperData } from "./threads.js";

const { name, path, context, ...shared } = workerData as HelperData;
const answer = (message: HelperAnswer) => parentPort!.postMessage(message);
const db = openForReading({ name });
try {
  const reader = readDatabase(db, path);
  for (const batch of batchesOf(shared))
    answer({ result: scanBatch(db, reader, batch, context), size: batch.length });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  answer({ failed: { code, message } });
} finally {
  db.close();
}
