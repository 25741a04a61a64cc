import { type KnownError, KNOWN_ERRORS as PROVIDER_ERRORS } from "../providers/errors.js";
import { STORES } from "./index.js";

/** Error texts of providers, of libraries, and of the programs that write stores. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  ...PROVIDER_ERRORS,
  ...STORES.flatMap(({ errors }) => errors ?? []),
];
