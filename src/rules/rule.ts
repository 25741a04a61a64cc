import type { Block, Conversation, Features, Message, Row, Turn } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import type { Pairing } from "../model/pairing.js";
import type { EffectKind, Safety, Severity } from "../model/report.js";
import type { RequestSettings } from "../model/request-settings.js";
import type { Provider, Wire } from "../providers/providers.js";
import type { Edits } from "./edits.js";
import type { Look } from "./glance.js";
import type { Stage } from "./stage.js";

export type Family = "pairing" | "order" | "state" | "storage" | "evidence";

/** A request as one provider reads it. The turns are merged as the provider merges them. */
export interface View {
  readonly turns: readonly Turn[];
  /** The messages of the request before the provider merges any. */
  readonly messages: readonly Turn[];
  readonly pairing: Pairing;
  /** The model that a captured request names, or the user. */
  readonly model?: string;
  /** The format of a captured request. */
  readonly format?: string;
  /** The settings of a captured request besides its messages; absent for a host's replay and for a bare list. */
  readonly settings?: RequestSettings;
}

/** Something that a provider would refuse in a request, with the stored row that it comes from. */
export interface Symptom {
  /** Null for a piece that the host adds. */
  readonly row: Row | null;
  /** Other rows that are involved. */
  readonly others?: readonly Row[];
  /** Index of the turn in the request. */
  readonly turn: number;
  /** The piece of content, if the row may hold several. */
  readonly block?: Block;
  readonly callId?: string;
  readonly evidence?: Record<string, unknown>;
  /** Key of the provider's error text, if it is not the rule's id. */
  readonly text?: string;
  /** Tells it from other damage of the same rule at the same row. */
  readonly variant?: string;
  /** Overrides the rule's own safety. */
  readonly safety?: Safety;
  /** The grade where the conversation goes on over another wire, for what is healthy there. */
  readonly elsewhere?: Severity;
}

/** Damage seen in the stored rows themselves. */
export interface Damage {
  readonly row: Row;
  readonly others?: readonly Row[];
  readonly message?: Message;
  readonly block?: Block;
  readonly callId?: string;
  readonly evidence: Record<string, unknown>;
  /** Selects the host's effects for this case. */
  readonly variant?: string;
  /** Overrides the rule's own safety. */
  readonly safety?: Safety;
}

export interface Context {
  /** The time to judge at, ms since 1970. */
  readonly now: number;
  /** True if another process holds the database, so that its newest open turn may still be at work. */
  readonly live: boolean;
  readonly hostVersion: string;
  /** Of the host version in use; empty for requests. */
  readonly features: Features;
  /** Discovered databases and --relink only: true if a directory still exists. */
  readonly directoryExists?: (path: string) => boolean;
  /** Directories that moved. Given with --relink only. */
  readonly moves?: readonly Move[];
}

export interface Explanation {
  readonly what: string;
  readonly arises: string;
  readonly repair: string;
  readonly unknown: string;
}

/** The effect of a rule's damage in every store, besides those that a host names itself. */
export interface CommonEffect {
  readonly effect: EffectKind;
  readonly severity: Severity;
}

export interface Rule<C extends Conversation = Conversation, E extends Edits = Edits> {
  readonly id: string;
  readonly family: Family;
  /** The damage in a few words. */
  readonly title: string;
  /** The harm if no provider refuses the conversation, as a clause. */
  readonly harm?: string;
  readonly safety: Safety;
  /**
   * The safety where the finding is info only: the provider in use accepts the history, and the repair would add to it.
   */
  readonly infoSafety?: Safety;
  /** A few words that say what the repair does. */
  readonly action?: string;
  /** The worst severity of its findings. For shapes that are healthy in the host that writes them. */
  readonly atMost?: Severity;
  /** Keys of the providers' error texts for it, besides its id. */
  readonly texts?: readonly string[];
  /**
   * True if only refusals by providers that count are reported: healthy requests to other providers have this shape
   * every day.
   */
  readonly onlyWhereItCounts?: boolean;
  /** Rules whose refusals at the same rows are caused by this damage. */
  readonly explains?: readonly string[];
  /** The only request format whose refusals `explains` covers. */
  readonly overWire?: Wire;
  readonly effect?: CommonEffect;
  readonly explanation: Explanation;
  /** The time of its repair, relative to other rules. */
  readonly stage?: Stage;
  /** Finds damage in the stored rows, whichever provider is used. */
  detect?(conversation: C, context: Context): Damage[];
  /** Finds the pieces of a request that this provider refuses. */
  check?(view: View, provider: Provider): Symptom[];
  /** The quick look that shows where this damage cannot be. */
  readonly clears?: Look<C>;
  /** Mends a finding, so that the same detection finds nothing afterwards. */
  readonly mend?: (target: RepairTarget<C>, edits: E) => void;
}

/** A rule of any store. Its mend gets the edits of the store that lists it. */
export interface AnyRule extends Omit<Rule, "mend"> {
  mend?(target: RepairTarget, edits: Edits): void;
}

/** A finding to be mended, in the conversation as the earlier repairs left it. */
export interface RepairTarget<C extends Conversation = Conversation> {
  readonly conversation: C;
  readonly row: Row;
  readonly message: Message | undefined;
  /** The piece of content in the row; undefined if the row holds no piece, or cannot be read. */
  readonly block: Block | undefined;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly moves?: readonly Move[];
}

export function defineRule<C extends Conversation = Conversation, E extends Edits = Edits>(
  rule: Rule<C, E>,
): Rule<C, E> {
  return rule;
}
