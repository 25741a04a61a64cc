// The main job on real rows: a damaged database of the real program, in a scratch folder.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../dist/main.js";

const folder = mkdtempSync(join(tmpdir(), "session-doctor-demo-"));
const database = join(folder, "opencode.db");
copyFileSync(new URL("../fixtures/damaged.db", import.meta.url), database);

async function run(...args) {
  process.stdout.write(`$ doctor ${args.join(" ")}\n\n`);
  const code = await main(args);
  process.stdout.write(`(exit ${code})\n\n`);
}

try {
  await run("scan", database);
  await run("repair", database, "--backup", "--yes");
  await run("scan", database);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
