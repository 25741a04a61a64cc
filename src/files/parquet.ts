import { DoctorError } from "../errors.js";
import type { Json } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import type { JsonItem } from "./json-lines.js";

export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/**
 * The rows of a Parquet file as JSON values, a few thousand in memory at a time. DuckDB reads them, where it is installed.
 * `line`: the number of the row.
 * @throws DoctorError UNSUPPORTED without DuckDB, or where the file is no Parquet file
 */
export async function* readParquet(path: string): AsyncGenerator<JsonItem> {
  const { DuckDBInstance } = await loadDuckdb(path);
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  try {
    const source = `'${path.replaceAll("'", "''")}'`;
    const rows = await connection.stream(`select to_json(t)::varchar from read_parquet(${source}) t`);
    let line = 0;
    for (let chunk = await rows.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await rows.fetchChunk())
      for (const [cell] of chunk.getRows()) {
        const value = withoutNulls(JSON.parse(String(cell)) as Json);
        const text = JSON.stringify(value);
        yield { value, text, line: ++line, bytes: text.length };
      }
  } catch (error) {
    const [why] = String((error as Error).message).split("\n");
    throw new DoctorError("UNSUPPORTED", `${path}: DuckDB cannot read it (${why})`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function loadDuckdb(path: string): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch {
    throw new DoctorError(
      "UNSUPPORTED",
      `${path}: Parquet files are read by DuckDB, which is not installed`,
      "npm i @duckdb/node-api",
    );
  }
}

/** A column of structures has each key in every row: null there means that the key is absent. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutNulls(one)]));
}
