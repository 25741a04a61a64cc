/** The library: the same engine as the command line. */

export { DoctorError, type ErrorCode } from "./errors.js";
export { exitCode } from "./exit-code.js";
export { describeRules } from "./judge/rulebook.js";
export {
  type MendAction,
  type MendedMessages,
  type MendMessagesOptions,
  mendMessages,
} from "./mend-messages.js";
export type {
  Effect,
  EffectKind,
  Finding,
  InputReport,
  Readiness,
  Report,
  SessionNote,
  Severity,
  SizeReport,
  Summary,
} from "./model/report.js";
export { type Discovery, discover } from "./scan/discover.js";
export type { ScanOptions } from "./scan/options.js";
export { scan } from "./scan/scan.js";
