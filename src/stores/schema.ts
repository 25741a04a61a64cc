import type { TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";

/** A place at which a host's own reader refuses a stored value. */
export interface Refusal {
  /** JSON path in the row's data: `$.state.time.start`. */
  path: string;
  expected: string;
  /** True if the value is absent or null. */
  isGone?: boolean;
}

const compiled = new WeakMap<TSchema, ReturnType<typeof TypeCompiler.Compile>>();
function checker(schema: TSchema) {
  const known = compiled.get(schema) ?? TypeCompiler.Compile(schema);
  compiled.set(schema, known);
  return known;
}

/** The first refusal at each path; [] where the value is as the schema has it. */
export function refusals(schema: TSchema, data: unknown): Refusal[] {
  const check = checker(schema);
  if (check.Check(data)) return [];
  const byPath = new Map<string, Omit<Refusal, "path">>();
  for (const error of check.Errors(data)) {
    const path = `$${error.path.split("/").slice(1).map(segment).join("")}`;
    const isGone = error.value === undefined || error.value === null;
    if (!byPath.has(path)) byPath.set(path, { expected: expectation(error), ...(isGone && { isGone }) });
  }
  // A missing object also reports each of its keys: the object alone is the news.
  const paths = [...byPath.keys()];
  return [...byPath]
    .filter(([path]) => !paths.some((other) => other !== path && path.startsWith(`${other}.`)))
    .map(([path, refusal]) => ({ path, ...refusal }));
}

function segment(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `."${key}"`;
}

function expectation(error: ValueError): string {
  if (error.type === ValueErrorType.ObjectRequiredProperty) return String(error.schema.type ?? "value");
  return error.message.replace(/^Expected /, "").toLowerCase();
}
