import type { Exporter } from "../../store.js";
import { buildExport } from "./build.js";
import type { Export } from "./read.js";
import { redactExport } from "./redact.js";

/** Writes one session as `opencode export` does. */
export const exporter: Exporter = {
  build: buildExport,
  redact: (value) => redactExport(value as Export),
};
