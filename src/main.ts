import { TOOL } from "./version.js";

/** The way in: answers `--version` before anything else is loaded. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${TOOL.version}\n`);
    return 0;
  }
  return (await import("./cli.js")).main(argv);
}
