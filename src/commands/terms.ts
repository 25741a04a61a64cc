import type { ScanOptions } from "../scan/options.js";
import type { TermFlags } from "./flags.js";

/** The terms on which conversations are judged. */
export function termsOf(
  flags: TermFlags,
): Pick<ScanOptions, "hostVersion" | "providers" | "model" | "ignore"> {
  return {
    hostVersion: flags.hostVersion,
    providers: flags.provider,
    model: flags.model,
    ignore: flags.ignore,
  };
}
