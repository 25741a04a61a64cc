import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMAS, schemaFiles } from "./schema-files.js";

/** Writes src/schemas, one file for each kind of JSON that the commands print. */
mkdirSync(SCHEMAS, { recursive: true });
const files = schemaFiles();
for (const [name, text] of files) writeFileSync(join(SCHEMAS, name), text);
process.stdout.write(`${files.size} files in src/schemas\n`);
