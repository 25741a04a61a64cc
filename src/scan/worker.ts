import { parentPort, workerData } from "node:worker_threads";
import { readDatabase } from "../sources/database.js";
import { openForReading } from "../sources/sqlite.js";
import { type BatchContext, scanBatch } from "./batch.js";

const { name, path, context } = workerData as { name: string; path: string; context: BatchContext };
const db = openForReading({ name });
const reader = readDatabase(db, path);
const port = parentPort!;

port.on("message", (handles: number[] | null) => {
  if (handles === null) {
    db.close();
    port.close();
    return;
  }
  db.exec("begin");
  try {
    port.postMessage({ result: scanBatch(reader, handles, context) });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    port.postMessage({ failed: { code, message } });
  } finally {
    db.exec("rollback");
  }
});
