import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { nameServer } from "../../src/files/postgres/name.js";
import { CANARY, type TestServer } from "./postgres.js";

/** The folders with the programs of PostgreSQL, the newest version first. */
function programs(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root)
    ? readdirSync(root).sort((one, other) => Number(other) - Number(one))
    : [];
  return versions.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

/** True where a PostgreSQL server can be started. */
export const hasPostgres = programs() !== undefined && process.platform === "linux";

export interface RealServer extends TestServer {
  readonly port: number;
  /** A connection of its own, which the test ends. */
  connect(): Promise<pg.Client>;
  /** Starts again as a replica in recovery; connections are lost. */
  becomeReplica(): void;
}

/** Starts a server of its own on a free port of loopback, in a temporary folder, as an unprivileged user. */
export async function realServer(): Promise<RealServer> {
  const bin = programs() ?? "";
  const folder = mkdtempSync(join(tmpdir(), "doctor-pg-"));
  const data = join(folder, "data");
  const port = await freePort();
  const isRoot = userInfo().uid === 0;
  const run = (program: string, ...args: string[]) => {
    const line = [join(bin, program), ...args];
    const [command = "", ...rest] = isRoot ? ["setpriv", ...unprivileged(), ...line] : line;
    execFileSync(command, rest, { cwd: folder, stdio: "ignore" });
  };
  const password = join(folder, "password");
  writeFileSync(password, CANARY);
  if (isRoot) for (const path of [folder, password]) chownSync(path, ...owner());
  run(
    "initdb",
    "-D",
    data,
    "-U",
    "doctor",
    "-A",
    "scram-sha-256",
    `--pwfile=${password}`,
    "-E",
    "UTF8",
    "-N",
  );
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c deadlock_timeout=200ms`;
  run("pg_ctl", "-D", data, "-o", settings, "-l", join(folder, "log"), "-w", "start");
  const url = `postgres://doctor:${CANARY}@127.0.0.1:${port}/postgres`;
  const connect = async () => {
    const client = new pg.Client({ connectionString: url });
    // Tests end connections from the other side.
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const own = await connect();
  return {
    url,
    name: nameServer(url),
    port,
    connect,
    query: (sql, values) => own.query(sql, values),
    rows: async (sql) => (await own.query<Record<string, unknown>>(sql)).rows,
    becomeReplica() {
      writeFileSync(join(data, "standby.signal"), "");
      run("pg_ctl", "-D", data, "-m", "fast", "-w", "restart");
    },
    async stop() {
      await own.end().catch(() => {});
      run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function owner(): [uid: number, gid: number] {
  const { stdout } = spawnSync("id", ["-u", "postgres"], { encoding: "utf8" });
  const group = spawnSync("id", ["-g", "postgres"], { encoding: "utf8" }).stdout;
  return [Number(stdout), Number(group)];
}

function unprivileged(): string[] {
  const [uid, gid] = owner();
  return [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
