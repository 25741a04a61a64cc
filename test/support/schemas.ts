import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { isObject } from "../../src/model/text.js";
import { SCHEMAS } from "../tools/schema-files.js";

export function schemaNamed(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), "utf8"));
}

/** The schema without the freedom to add members: a member that no type names is an error. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const all = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.type === "object" && isObject(schema.properties) && !("additionalProperties" in schema)
    ? { ...all, additionalProperties: false }
    : all;
}

const compiled = new Map<string, ValidateFunction>();

/** The errors that the schema of this name finds in an output. */
export function schemaErrors(name: string, output: unknown): string[] {
  const known = compiled.get(name);
  const validate =
    known ?? new Ajv({ strict: true, allErrors: true }).compile(closed(schemaNamed(name)) as object);
  compiled.set(name, validate);
  validate(output);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
