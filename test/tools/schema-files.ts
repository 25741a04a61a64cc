import { join } from "node:path";
import ts from "typescript";
import { SRC } from "../support/sources.js";
import { TypeSchemas } from "./type-schema.js";

export const SCHEMAS = join(SRC, "schemas");

/** The schemas by the name of their file, and the type that each is made from. */
export const ROOTS = {
  report: "ReportOutput",
  "ndjson-line": "LineOutput",
  plan: "PlanOutput",
  repair: "RepairOutput",
  mend: "MendOutput",
  inspect: "InspectOutput",
  replay: "ReplayOutput",
  restore: "RestoreOutput",
  sessions: "SessionsOutput",
} as const;

/** The text of each file of src/schemas. */
export function schemaFiles(): Map<string, string> {
  const { config } = ts.readConfigFile(join(SRC, "../tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(SRC, ".."));
  const schemas = new TypeSchemas(join(SRC, "commands/outputs.ts"), options);
  const files = Object.entries(ROOTS).map(([name, type]): [string, string] => {
    const schema = schemas.schemaOf(type, {
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: `urn:session-doctor:schema:${name}:1`,
      title: `session-doctor ${name}`,
    });
    return [`${name}.json`, `${JSON.stringify(schema, null, 2)}\n`];
  });
  return new Map(files);
}
