#!/usr/bin/env node
// Loaded inside the try: without file handles even that fails, and Node's own exit code would mean "findings".
try {
  const { main } = await import("../dist/main.js");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 2;
  process.stderr.write(`doctor: ${JSON.stringify(String(error?.message ?? error)).slice(1, -1)}\n`);
}
