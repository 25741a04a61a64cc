import type { Client, QueryArrayConfig } from "pg";
import { serverError } from "./errors.js";
import { urlOf } from "./name.js";

/** A row as the server wrote it: exact, whatever the type of a column. */
export type TextRow = readonly (string | null)[];

export interface Answer {
  readonly rows: TextRow[];
  /** The number of rows that the statement read or wrote. */
  readonly count: number;
}

type Values = readonly (string | number | null | readonly string[])[];

/** A connection to a PostgreSQL server, with one transaction at a time. */
export interface Session {
  /** The name of the database without its password. */
  readonly name: string;
  query(sql: string, values?: Values): Promise<Answer>;
  /** Hands over each row when it arrives: while the work on one goes on, the server waits. */
  stream(sql: string, values: Values, onRow: (row: TextRow) => void): Promise<void>;
  /** Begins a transaction. `settings`: for it alone, so that a pool of connections keeps its own. */
  begin(mode: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_SECONDS = 10;

/** How values are written, and that rows hidden from this user are an error. */
const SETTINGS = {
  application_name: "session-doctor",
  TimeZone: "UTC",
  DateStyle: "ISO, MDY",
  extra_float_digits: "1",
  bytea_output: "hex",
  row_security: "off",
};

/** Columns come as the server's text. */
const asText = { getTypeParser: () => (value: string) => value };

/**
 * Connects to the database of this name.
 * @throws DoctorError NOT_READABLE, NOT_FOUND, BUSY
 */
export async function connect(name: string): Promise<Session> {
  const { default: pg } = await import("pg");
  const seconds = Number(process.env.PGCONNECT_TIMEOUT) || CONNECT_SECONDS;
  const told = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw serverError(error, name);
    });
  const client = await told(
    (async () => {
      const made = new pg.Client({
        connectionString: urlOf(name),
        connectionTimeoutMillis: seconds * 1000,
        keepAlive: true,
      });
      // The next statement fails with it.
      made.on("error", () => {});
      await made.connect();
      return made;
    })(),
  );
  const query = async (sql: string, values: Values = []): Promise<Answer> => {
    const { rows, rowCount } = await client.query<(string | null)[]>(asQuery(sql, values));
    return { rows, count: rowCount ?? 0 };
  };
  return {
    name,
    query: (sql, values) => told(query(sql, values)),
    stream: (sql, values, onRow) => told(streamed(client, new pg.Query(asQuery(sql, values)), onRow)),
    begin: (mode, settings = {}) => told(begin(query, mode, settings)),
    close: () => client.end().catch(() => {}),
  };
}

function asQuery(text: string, values: Values): QueryArrayConfig<unknown[]> {
  return { text, values: [...values], rowMode: "array", types: asText };
}

async function begin(
  query: (sql: string, values?: Values) => Promise<Answer>,
  mode: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  await query(`begin ${mode}`);
  const all = Object.entries({ ...SETTINGS, ...settings });
  const calls = all.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
  await query(`select ${calls.join(", ")}`, all.flat());
  // A limit of the user or of the server counts; where there is none, no statement runs without end.
  await query(
    `select set_config('statement_timeout', '${STATEMENT_TIMEOUT}', true) where current_setting('statement_timeout') = '0'`,
  );
}

const STATEMENT_TIMEOUT = "60s";

type Submitted = InstanceType<typeof import("pg").Query>;

function streamed(client: Client, query: Submitted, onRow: (row: TextRow) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    query.on("row", (row: unknown) => {
      if (failure !== undefined) return;
      try {
        onRow(row as TextRow);
      } catch (error) {
        failure = error ?? new Error("unknown");
      }
    });
    query.on("error", reject);
    query.on("end", () => (failure === undefined ? resolve() : reject(failure)));
    client.query(query);
  });
}
