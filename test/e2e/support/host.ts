import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { present } from "../../../src/model/present.js";
import type { Wire } from "../../../src/providers/providers.js";
import { install, OPENCODE, type Program, programOf } from "./programs.js";

const MODELS: Record<Wire, [provider: string, model: string]> = {
  anthropic: ["anthropic", "claude-fake-1"],
  "openai-chat": ["fakeoai", "oai-fake-1"],
  "openai-responses": ["openai", "gpt-fake-1"],
};
export const WIRES = (process.env.DOCTOR_E2E_WIRES?.split(",") ?? Object.keys(MODELS)) as readonly Wire[];
/** Of one prompt (ms); a machine at work needs more. */
const TIMEOUT = Number(process.env.DOCTOR_E2E_TIMEOUT ?? 60_000);

const homes = new Set<Home>();
process.once("exit", () => {
  for (const home of homes) home.remove();
});

/** Folders of its own for one start of the program: nothing of the user is read or written. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "doctor-e2e-"));
  readonly project = join(this.folder, "project");
  readonly database: string;
  readonly #running = new Set<ChildProcess>();

  /** `plugins`: what the program loads besides, as `file:` URLs. */
  constructor(
    { name: program }: Program = OPENCODE,
    private readonly plugins: readonly string[] = [],
  ) {
    homes.add(this);
    this.database = join(this.folder, "data", program, `${program}.db`);
    for (const name of ["home", `data/${program}`, "config", "state", "cache", "tmp", "project"])
      mkdirSync(join(this.folder, name), { recursive: true });
    writeFileSync(join(this.folder, "models.json"), "{}");
    // The program names a project by its first commit: the same commit is the same project everywhere.
    const git = (...words: string[]) =>
      execFileSync("git", words, { cwd: this.project, env: GIT, stdio: "ignore" });
    writeFileSync(join(this.project, "hello.txt"), "hello world\nsecond line\n");
    writeFileSync(join(this.project, "a.js"), "export const a = 1\n");
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "init");
  }

  /** Runs the program to its end, or to the time limit. */
  async run(version: string, port: number, words: readonly string[]): Promise<Ended> {
    const child = this.#start(version, port, words);
    const output = collect(child);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.#stop(child);
    }, TIMEOUT);
    const closed = new Promise((resolve) => child.once("close", resolve));
    const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    clearTimeout(timer);
    // Its helpers hold the pipes: they end first, so that all output is here.
    this.#stop(child);
    await closed;
    return { code, timedOut, output: output() };
  }

  /** `opencode serve`; the URL once it listens. */
  async serve(version: string, port: number): Promise<string> {
    const own = await freePort();
    const child = this.#start(version, port, ["serve", "--hostname", "127.0.0.1", "--port", String(own)]);
    const output = collect(child);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no server: ${output()}`)), TIMEOUT);
      present(child.stdout).on("data", () => {
        if (output().includes(`:${own}`)) {
          clearTimeout(timer);
          resolve(`http://127.0.0.1:${own}`);
        }
      });
      child.once("exit", () => {
        clearTimeout(timer);
        reject(new Error(`server ended: ${output()}`));
      });
    });
  }

  /** Ends every process that was started here. */
  stop(): void {
    for (const child of this.#running) this.#stop(child);
  }

  remove(): void {
    this.stop();
    homes.delete(this);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(version: string, port: number, words: readonly string[]): ChildProcess {
    const prefix = programOf(version).name.toUpperCase();
    const env = {
      ...environment(this.folder, prefix),
      // With a plugin the program installs its package of types first, and waits for it.
      ...(this.plugins.length > 0 && REGISTRIES),
      [`${prefix}_CONFIG_CONTENT`]: JSON.stringify({ ...config(port), plugin: this.plugins }),
    };
    const stdio = ["ignore", "pipe", "pipe"] as ("ignore" | "pipe")[];
    const child = spawn(install(version), words, { cwd: this.project, env, stdio, detached: true });
    this.#running.add(child);
    return child;
  }

  /** The whole process group: the program starts helpers. */
  #stop(child: ChildProcess): void {
    this.#running.delete(child);
    try {
      process.kill(-present(child.pid), "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Folders for one piece of work, gone with all that runs in them when it ends. */
export async function inHome<Result>(
  work: (home: Home) => Promise<Result>,
  program = OPENCODE,
  plugins: readonly string[] = [],
): Promise<Result> {
  const home = new Home(program, plugins);
  try {
    return await work(home);
  } finally {
    home.remove();
  }
}

export interface Ended {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly output: string;
}

export function modelOf(wire: Wire): { providerID: string; modelID: string } {
  const [providerID, modelID] = MODELS[wire];
  return { providerID, modelID };
}

const DATE = "2026-01-01T00:00:00Z";
const GIT = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "o",
  GIT_AUTHOR_EMAIL: "o@x",
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: "o",
  GIT_COMMITTER_EMAIL: "o@x",
  GIT_COMMITTER_DATE: DATE,
};

/** Those of this machine. */
const REGISTRIES = {
  NPM_CONFIG_REGISTRY: process.env.NPM_CONFIG_REGISTRY,
  BUN_CONFIG_REGISTRY: process.env.BUN_CONFIG_REGISTRY,
};

function environment(folder: string, prefix: string): NodeJS.ProcessEnv {
  const off = ["MODELS_FETCH", "AUTOUPDATE", "DEFAULT_PLUGINS", "LSP_DOWNLOAD", "SHARE", "CHANNEL_DB"];
  off.push("EXTERNAL_SKILLS", "CLAUDE_CODE", "PROJECT_CONFIG");
  const nowhere = "http://127.0.0.1:9/";
  return {
    // Each start unpacks its libraries there.
    TMPDIR: join(folder, "tmp"),
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    TERM: "dumb",
    HOME: join(folder, "home"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(folder, "cache"),
    [`${prefix}_TEST_HOME`]: join(folder, "home"),
    [`${prefix}_MODELS_PATH`]: join(folder, "models.json"),
    ...Object.fromEntries(off.map((name) => [`${prefix}_DISABLE_${name}`, "1"])),
    KILO_TELEMETRY_LEVEL: "off",
    NPM_CONFIG_REGISTRY: nowhere,
    BUN_CONFIG_REGISTRY: nowhere,
  };
}

/** The providers at the fake one's port; every tool is allowed, so that nothing waits for a person. */
function config(port: number): object {
  const options = { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "none" };
  const provider = (npm: string, id: string) => ({ npm, name: npm, options, models: { [id]: model(id) } });
  return {
    autoupdate: false,
    share: "disabled",
    permission: { "*": "allow" },
    enabled_providers: Object.values(MODELS).map(([provider]) => provider),
    provider: {
      anthropic: provider("@ai-sdk/anthropic", MODELS.anthropic[1]),
      fakeoai: provider("@ai-sdk/openai-compatible", MODELS["openai-chat"][1]),
      openai: provider("@ai-sdk/openai", MODELS["openai-responses"][1]),
    },
  };
}

function model(id: string): object {
  return {
    id,
    name: id,
    reasoning: true,
    tool_call: true,
    temperature: true,
    attachment: true,
    release_date: "2026-01-01",
    cost: { input: 1, output: 1 },
    limit: { context: 200_000, output: 8000 },
    modalities: { input: ["text", "image", "pdf"], output: ["text"] },
  };
}

function collect(child: ChildProcess): () => string {
  let all = "";
  for (const stream of [present(child.stdout), present(child.stderr)])
    stream.on("data", (data) => (all += data));
  return () => all;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
