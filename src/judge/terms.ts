import type { Block, Message, Row } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import type { AnyRule, Context } from "../rules/rule.js";
import type { Host, HostEffect, HostGeneration } from "../stores/host.js";
import type { AnyStore } from "../stores/store.js";

/** Everything besides the conversation that decides its findings. The same for all conversations of a file. */
export interface JudgeTerms extends Context {
  readonly store: AnyStore;
  /** The program that writes the file; null for requests. */
  readonly host: Host | null;
  /** The generation of the host version in use; null for requests. */
  readonly generation: HostGeneration | null;
  readonly input: string;
  /** The providers that the user named; if there are any, only they decide the severity. */
  readonly providers: readonly string[];
  /** The model that is asked, where a conversation does not name it. */
  readonly model?: string;
  /** A program that imports the file: its losses are graded as errors. */
  readonly target?: string;
}

/** A finding with the row, message and block that it is about. */
export interface Judged {
  readonly finding: Finding;
  readonly rule: AnyRule;
  readonly row: Row;
  readonly message: Message | undefined;
  readonly block: Block | undefined;
  readonly hostEffects: readonly HostEffect[];
}
