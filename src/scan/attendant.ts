import type { Judged } from "../judge/terms.js";
import type { Conversation } from "../model/conversation.js";
import type { Finding } from "../model/report.js";

/** A conversation with findings, while it is in the memory of the thread that judged it. */
export interface Attended {
  readonly handle: number;
  /** With every row whole. */
  readonly conversation: Conversation;
  readonly judged: readonly Judged[];
  /** The findings that pass the user's filters; never none. */
  readonly findings: readonly Finding[];
}

/** Does more with each conversation that has findings, in the thread that judged it: a repair plans it there. */
export interface Attendant {
  /** Answers with plain data, which threads can exchange. */
  attend(attended: Attended): unknown;
  close(): void;
}
