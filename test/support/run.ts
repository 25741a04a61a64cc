import { vi } from "vitest";
import { main } from "../../src/cli.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as on a terminal or in a pipe, and takes what it writes. */
export async function run(args: readonly string[], { isTty = false } = {}): Promise<Ran> {
  const taken = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk, encoding?: unknown, done?: unknown) => {
      taken[name] += String(chunk);
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") callback();
      return true;
    }),
  );
  const before = process.stdout.isTTY;
  const signals = (["SIGINT", "SIGTERM"] as const).map((name) => [name, process.rawListeners(name)] as const);
  process.stdout.isTTY = isTty;
  try {
    return { code: await main(args), ...taken };
  } finally {
    process.stdout.isTTY = before;
    for (const spy of spies) spy.mockRestore();
    for (const [name, known] of signals)
      for (const listener of process.rawListeners(name))
        if (!known.includes(listener)) process.removeListener(name, listener as () => void);
  }
}
