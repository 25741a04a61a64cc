import { TOOL } from "./version.js";

/** The way in: answers `--version` before anything else is loaded. */
export async function main(argv: readonly string[]): Promise<number> {
  // Nobody is left to be told that standard error cannot be written.
  process.stderr.on("error", () => {});
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) return tellVersion();
  return (await import("./cli.js")).main(argv);
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
