import * as T from "@sinclair/typebox";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { type Refusal, refusals } from "../../schema.js";

const named = <Name extends string, Data extends T.TSchema>(name: Name, data: Data) =>
  T.Object({ name: T.Literal(name), data });
export const apiError = named(
  "APIError",
  T.Object({
    message: T.String(),
    isRetryable: T.Boolean(),
    statusCode: T.Optional(T.Integer({ minimum: 0 })),
    responseHeaders: T.Optional(T.Record(T.String(), T.String())),
    responseBody: T.Optional(T.String()),
    metadata: T.Optional(T.Record(T.String(), T.String())),
  }),
);
/** The errors that a host writes to a message, as its reader decodes them. */
export const STORED_ERRORS = {
  ProviderAuthError: named("ProviderAuthError", T.Object({ providerID: T.String(), message: T.String() })),
  UnknownError: named("UnknownError", T.Object({ message: T.String() })),
  MessageOutputLengthError: named("MessageOutputLengthError", T.Object({})),
  MessageAbortedError: named("MessageAbortedError", T.Object({ message: T.String() })),
  StructuredOutputError: named(
    "StructuredOutputError",
    T.Object({ message: T.String(), retries: T.Integer({ minimum: 0 }) }),
  ),
  ContextOverflowError: named(
    "ContextOverflowError",
    T.Object({ message: T.String(), responseBody: T.Optional(T.String()) }),
  ),
  ContentFilterError: named("ContentFilterError", T.Object({ message: T.String() })),
  APIError: apiError,
};

export function isErrorName(name: string): name is keyof typeof STORED_ERRORS {
  return Object.hasOwn(STORED_ERRORS, name);
}

export function refusalsOfError(name: keyof typeof STORED_ERRORS, error: unknown): Refusal[] {
  return refusals(STORED_ERRORS[name], error);
}

/** The mend writes these values where the host demands them and the error tells none. */
const LOST = { message: "unknown error", isRetryable: false };

/** The error with those of its values that the host reads; null where no error of the name can be made of them. */
export function readableError(
  name: string,
  told: Readonly<Record<string, Json | undefined>>,
): JsonObject | null {
  if (!isErrorName(name)) return null;
  const data: JsonObject = {};
  for (const [key, value] of Object.entries(told))
    if (value !== undefined && value !== null) data[key] = value;
  for (const { path } of refusalsOfError(name, { name, data }))
    delete data[/^\$\.data\.(\w+)/.exec(path)?.[1] ?? ""];
  const candidates = [data, { ...LOST, ...data }].map((filled) => ({ name, data: filled }));
  return candidates.find((error) => refusalsOfError(name, error).length === 0) ?? null;
}
