import type { Editor } from "../files/editor.js";
import type { Block, Conversation, Message, Row, Store, Turn } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import type { Pairing } from "../model/pairing.js";
import type { RequestSettings } from "../model/request-settings.js";
import type { Safety, Severity } from "../model/report.js";
import type { Provider, Wire } from "../providers/providers.js";
import type { Edits } from "./edits.js";

export type Family = "pairing" | "order" | "state" | "storage" | "evidence";

/** A history as one provider reads it. Turns are folded where the provider folds them. */
export interface View {
  readonly turns: readonly Turn[];
  /** What it looks at one by one: the turns, or the messages as they are sent, before it folds any. */
  readonly messages: readonly Turn[];
  readonly pairing: Pairing;
  /** The model that a captured request names, or the user. */
  readonly model?: string;
  /** The format of a captured request. */
  readonly format?: string;
  /** What a captured request says beside its messages; absent for a host's replay and for a bare list. */
  readonly settings?: RequestSettings;
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
  /** Which of the provider's texts it answers with, where it is not the rule's own. */
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
  /** Another process holds the database: its newest open turn may still be at work. */
  readonly live: boolean;
  readonly hostVersion: string;
  /** Discovered databases and --relink only: whether a directory still exists. */
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

export interface Rule {
  readonly id: string;
  readonly family: Family;
  /** A few words for a table, without the place. */
  readonly title: string;
  /** What it does where nothing refuses it, as the end of a sentence. */
  readonly harm?: string;
  readonly inputs: readonly Store[];
  readonly safety: Safety;
  /** The same in a request, which is mended in a copy; where it differs. */
  readonly requestSafety?: Safety;
  /** The same where the finding is info only: the provider in use takes it, and the repair would add to the history. */
  readonly infoSafety?: Safety;
  /** What the repair does, in a few words. */
  readonly action?: string;
  /** The worst grade that it may get: for shapes that are healthy in the host that writes them. */
  readonly atMost?: Severity;
  /** Told for providers that count only: a healthy request to another one has the shape every day. */
  readonly onlyWhereItCounts?: boolean;
  /** Refusals at the same rows that this damage accounts for. */
  readonly explains?: readonly string[];
  /** Only refusals over this wire, of what is sent: no other one can come from it. */
  readonly overWire?: Wire;
  readonly explanation: Explanation;
  /** Damage in the stored rows, whoever reads them. */
  detect?(conversation: Conversation, context: Context): Damage[];
  /** What this provider refuses in a request. */
  check?(view: View, provider: Provider): Symptom[];
  /** Which stores are judged as stored, besides what their host sends. */
  readonly asStored?: readonly Store[];
  /** Mends it so that the same detection finds nothing, in whatever store it is kept. */
  mend?(target: RepairTarget, edits: Edits): void;
  /** The same in the rows of a database, for damage that only one store can have. */
  repair?(target: RepairTarget, editor: Editor): void;
}

/** A finding at its place in the conversation, as it stands after the repairs before this one. */
export interface RepairTarget {
  readonly conversation: Conversation;
  readonly row: Row;
  readonly message: Message | undefined;
  /** The piece of content that the row holds; undefined for a row of another kind, or one that cannot be read. */
  readonly block: Block | undefined;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly moves?: readonly Move[];
}

/** In words: one grade, or the other one that holds in a request. */
export function safetyOf({ safety, requestSafety }: Rule): string {
  return requestSafety ? `${safety}; in a request ${requestSafety}` : safety;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}
