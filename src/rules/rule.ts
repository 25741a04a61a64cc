import type { Block, Conversation, Message, Row, Turn } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import type { Pairing } from "../model/pairing.js";
import type { EffectKind, Safety, Severity } from "../model/report.js";
import type { Provider, Wire } from "../providers/providers.js";
import type { Edits } from "./edits.js";
import type { Stage } from "./stage.js";

export type Family = "pairing" | "order" | "state" | "storage" | "evidence";

/** A history as one provider reads it. Turns are folded where the provider folds them. */
export interface View {
  readonly turns: readonly Turn[];
  /** The messages as the provider checks them one by one, before it folds any. */
  readonly messages: readonly Turn[];
  readonly pairing: Pairing;
  /** The model that a captured request names. */
  readonly model?: string;
}

/** What a provider would refuse in a request, and the stored row that it comes from. */
export interface Symptom {
  /** Null: the host added this piece by itself. */
  readonly row: Row | null;
  /** Other rows that take part. */
  readonly others?: readonly Row[];
  /** Index of the turn in the request. */
  readonly turn: number;
  /** The piece of content, where a row may hold several. */
  readonly block?: Block;
  readonly callId?: string;
  readonly evidence?: Record<string, unknown>;
  /** Key of the provider's text for it, where that differs from the rule's id. */
  readonly text?: string;
  /** Tells it from other damage of the same rule at the same row. */
  readonly variant?: string;
  /** Overrides the rule's own safety. */
  readonly safety?: Safety;
}

/** Damage seen in the stored rows themselves. */
export interface Damage {
  readonly row: Row;
  readonly others?: readonly Row[];
  readonly message?: Message;
  readonly block?: Block;
  readonly callId?: string;
  readonly evidence: Record<string, unknown>;
  /** Picks the rows of the effect table that hold for this case. */
  readonly variant?: string;
  /** Overrides the rule's own safety. */
  readonly safety?: Safety;
}

export interface Context {
  /** ms since 1970. */
  readonly now: number;
  /** True if another process holds the database, so that its newest open turn may still be at work. */
  readonly live: boolean;
  readonly hostVersion: string;
  /** Discovered databases and --relink only: true if a directory still exists. */
  readonly directoryExists?: (path: string) => boolean;
  /** --relink only: directories that moved. */
  readonly moves?: readonly Move[];
}

export interface Explanation {
  readonly what: string;
  readonly arises: string;
  readonly repair: string;
  readonly unknown: string;
}

/** The effect of a rule's damage in every store, where no host's own table names one. */
export interface CommonEffect {
  readonly effect: EffectKind;
  readonly severity: Severity;
}

export interface Rule<C extends Conversation = Conversation, E extends Edits = Edits> {
  readonly id: string;
  readonly family: Family;
  /** A few words for a table, without the place. */
  readonly title: string;
  /** The harm done where nothing refuses the conversation, as the end of a sentence. */
  readonly harm?: string;
  readonly safety: Safety;
  /** A few words that say what the repair does. */
  readonly action?: string;
  /** The worst grade that a finding may get: for shapes that are healthy in the host that writes them. */
  readonly atMost?: Severity;
  /** Keys of the providers' texts for it, besides its own id. */
  readonly texts?: readonly string[];
  /** Refusals at the same rows that this damage accounts for. */
  readonly explains?: readonly string[];
  /** Only refusals over this wire, of what is sent: no other refusal can come from it. */
  readonly overWire?: Wire;
  readonly effect?: CommonEffect;
  readonly explanation: Explanation;
  /** When it is mended, relative to other rules. */
  readonly stage?: Stage;
  /** Finds damage in the stored rows, whoever reads them. */
  detect?(conversation: C, context: Context): Damage[];
  /** Finds what this provider refuses in a request. */
  check?(view: View, provider: Provider): Symptom[];
  /** Mends a finding, so that the same detection finds nothing afterwards. */
  readonly mend?: (target: RepairTarget<C>, edits: E) => void;
}

/** A rule of any store: its mend is given the edits of the store that lists it. */
export interface AnyRule extends Omit<Rule, "mend"> {
  mend?(target: RepairTarget, edits: Edits): void;
}

/** A finding at its place in the conversation, as it stands after the repairs before this one. */
export interface RepairTarget<C extends Conversation = Conversation> {
  readonly conversation: C;
  readonly row: Row;
  readonly message: Message | undefined;
  /** The piece of content in the row; undefined for a row of another kind, or an unreadable row. */
  readonly block: Block | undefined;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly moves?: readonly Move[];
}

export function defineRule<C extends Conversation = Conversation, E extends Edits = Edits>(
  rule: Rule<C, E>,
): Rule<C, E> {
  return rule;
}
