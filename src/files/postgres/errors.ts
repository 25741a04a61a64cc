import { DoctorError, type ErrorCode } from "../../errors.js";

type Words = readonly [code: ErrorCode, what: string, next?: string];

const AGAIN = "try again when the server is less busy";

/** Words for the errors of a PostgreSQL server, by the beginning of their SQLSTATE. */
const BY_STATE: readonly (readonly [string, Words])[] = [
  ["22", ["REFUSED", "the server cannot store a value"]],
  ["23", ["REFUSED", "a row would break a rule of its table"]],
  ["28", ["NOT_READABLE", "the server refuses the user or the password", "set PGUSER and PGPASSWORD"]],
  ["3D000", ["NOT_FOUND", "the server has no such database"]],
  ["42501", ["NOT_READABLE", "the user lacks a right", "let the owner of the tables grant it"]],
  ["25006", ["READ_ONLY", "the server or the user may only read"]],
  ["57014", ["BUSY", "the server ended a statement that ran too long (statement_timeout)", AGAIN]],
  ["55P03", ["BUSY", "another program holds a lock on the rows", AGAIN]],
  ["40", ["BUSY", "the server ended the transaction in favour of another one", AGAIN]],
  ["53100", ["NO_SPACE", "the server has no space left"]],
  ["53", ["BUSY", "the server has no connection or memory left", AGAIN]],
  ["57P03", ["BUSY", "the server is starting or stopping", AGAIN]],
  ["57P", ["NOT_READABLE", "the server ended the connection"]],
  ["08", ["NOT_READABLE", "the connection was lost"]],
  ["XX", ["DAMAGED", "the server reports damage"]],
];

/** Words for errors of the network, by their code in Node or a part of the driver's message. */
const BY_NETWORK: readonly (readonly [RegExp, Words])[] = [
  [/ECONNREFUSED|ENOENT/, ["NOT_READABLE", "no server answers there", "check host and port"]],
  [/ENOTFOUND|EAI_AGAIN/, ["NOT_READABLE", "the host is not known", "check the name of the host"]],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout expired|due to connection timeout/,
    [
      "NOT_READABLE",
      "the server did not answer in time",
      "check host and port; PGCONNECT_TIMEOUT sets the seconds",
    ],
  ],
  [
    /ECONNRESET|EPIPE|Connection terminated|not queryable|Client was closed/,
    ["NOT_READABLE", "the connection was lost"],
  ],
  [
    /SSL|certificate|ERR_TLS/i,
    ["NOT_READABLE", "no encrypted connection", "see sslmode in docs/postgres.md"],
  ],
  [
    /SASL|password/i,
    ["NOT_READABLE", "the server asks for a password", "set PGPASSWORD, or write it to ~/.pgpass"],
  ],
];

/** Turns an error of the driver or of the server into a DoctorError. `name`: of the database, without its password. */
export function serverError(error: unknown, name: string): DoctorError {
  if (error instanceof DoctorError) return error;
  const message = messageOf(error);
  const code = codeOf(error);
  const isState = /^[\dA-Z]{5}$/.test(code) && !code.startsWith("E");
  const [, words] =
    (isState
      ? BY_STATE.find(([begin]) => code.startsWith(begin))
      : BY_NETWORK.find(([pattern]) => pattern.test(code) || pattern.test(message))) ?? [];
  if (!words) return new DoctorError("INTERNAL", `${name}: ${message}`);
  const [kind, what, next] = words;
  return new DoctorError(kind, `${name}: ${what}${message === "" ? "" : ` (${message})`}`, next);
}

/** The message of an error, also where Node gathers those of several addresses. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
