import { setFlagsFromString } from "node:v8";
import { TOOL } from "./version.js";

/** The way in: answers `--version` before anything else is loaded. */
export async function main(argv: readonly string[]): Promise<number> {
  // Nobody is left to be told that standard error cannot be written.
  process.stderr.on("error", () => {});
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) return tellVersion();
  compileLater();
  return (await import("./cli.js")).main(argv);
}

/**
 * The V8 of Node 20 optimises a function when it has run through this many bytes of bytecode, by default 67,584. A command
 * runs for seconds in several threads, and each would spend a third of them on optimising. Later versions of V8 have
 * another compiler in between, and no such flag.
 */
const BYTES_BEFORE_OPTIMISING = 500_000;

function compileLater(): void {
  if (Number.parseInt(process.versions.v8, 10) < 12)
    setFlagsFromString(`--interrupt-budget=${BYTES_BEFORE_OPTIMISING}`);
}

async function tellVersion(): Promise<number> {
  const failure = await new Promise<(Error & { code?: string }) | null>((resolve) => {
    process.stdout.once("error", resolve);
    process.stdout.write(`${TOOL.version}\n`, (error) => resolve(error ?? null));
  });
  if (failure === null || failure.code === "EPIPE") return 0;
  process.stderr.write(`standard output: ${failure.message}\n`);
  return 2;
}
