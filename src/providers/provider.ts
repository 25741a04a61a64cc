import type { Role } from "../model/conversation.js";

/** The request formats by which hosts reach providers. */
export type Wire = "anthropic" | "openai-chat" | "openai-responses";

/** The formats of captured request bodies: those of hosts, and two that only programs of the makers themselves send. */
export type BodyFormat = Wire | "gemini" | "converse";

/** The images that a provider accepts. Sides in pixels of the longer side, sizes in bytes after base64. */
export interface ImageLimits {
  /** The kinds that it takes, by their bytes; another kind than the declared one is refused. */
  readonly types?: readonly string[];
  readonly side?: number;
  readonly bytes?: number;
  /** Images of one request. */
  readonly count?: number;
  /** With more images than `over` in one request, each may be this large. */
  readonly many?: { readonly over: number; readonly side: number };
}

/** Pages of all PDF documents of one request. */
export interface DocumentLimits {
  readonly pages: number;
  /** For models with a small context. */
  readonly small: { readonly models: RegExp; readonly pages: number };
}

/** The histories that a provider accepts and refuses. Every property is optional in a row's `over`. */
export interface Terms {
  /** Neighbours of one role are read as one turn. */
  readonly foldsRoles?: boolean;
  /**
   * Where results must stand: directly behind their call; anywhere later; anywhere later, with no message between; or
   * nowhere in particular, because nobody pairs them.
   */
  readonly pairing: "adjacent" | "anywhere" | "unbroken" | "unchecked";
  readonly resultsFirst?: boolean;
  /** Text or thinking behind a tool call of the same assistant message is refused. */
  readonly refusesContentAfterCall?: boolean;
  /** A history that ends with an assistant turn is refused (for an unknown model). */
  readonly refusesPrefill?: boolean;
  /** Models that still take one. */
  readonly prefillModels?: RegExp;
  /** The URL names the model, the body does not: without a model, a prefill is not judged. */
  readonly modelInUrl?: boolean;
  /** The text of an assistant turn at the end must not end in white space. */
  readonly refusesTrailingSpace?: boolean;
  /** The last turn, if it is the assistant's, may be empty. */
  readonly mayEndEmpty?: boolean;
  readonly firstRole?: "user";
  /** user and assistant must take turns (tool results aside). */
  readonly alternates?: boolean;
  /** Where a system message may stand, if not anywhere. */
  readonly system?: "nowhere" | "first";
  /** Models that take one behind the first message although others take none. */
  readonly systemModels?: RegExp;
  /** A request without any message is refused. */
  readonly needsMessages?: boolean;
  /** A request without a message of the user is refused. */
  readonly needsPrompt?: boolean;
  /** Tool calls and results are refused where the request declares no tool. */
  readonly needsTools?: boolean;
  readonly ids?: {
    readonly pattern?: RegExp;
    readonly max?: number;
    readonly unique?: "conversation" | "message";
  };
  readonly names?: RegExp;
  readonly objectInput?: boolean;
  /** Each message must have the types that the API says, before any is folded. */
  readonly checksShape?: boolean;
  /**
   * The kinds of content that a message of a role may hold, by the names of the format; if absent, every kind that the
   * format has.
   */
  readonly holds?: Readonly<Partial<Record<Role, readonly string[]>>>;
  readonly refusesEmptyText?: boolean;
  /** Text of white space is refused, wherever it stands or where its message says nothing else. */
  readonly refusesBlankText?: "always" | "alone";
  readonly refusesEmptyMessage?: boolean;
  readonly refusesEmptySystem?: boolean;
  /** A tool's error must say something. */
  readonly refusesEmptyError?: boolean;
  /** Thinking blocks are kept and checked: signed, not blank, never the last block. */
  readonly checksThinking?: boolean;
  /** Models whose thinking comes without its text, and is taken back like that: the signature holds it. */
  readonly omitsThinking?: RegExp;
  /** The models whose thinking it knows; that of others came from a copy of its API, which checks nothing. */
  readonly ownThinking?: RegExp;
  /** Where thinking is on, an open tool turn must begin with it. */
  readonly wantsThinkingFirst?: boolean;
  /** Models whose calls must come back with the signature of the thinking that led to them. */
  readonly wantsSignedCalls?: RegExp;
  /** A reasoning item must stand before the item that it led to. */
  readonly reasoningNeedsFollower?: boolean;
  /** The ids of Responses items: what they begin with, by the type of the item, and their length. */
  readonly itemIds?: { readonly prefixes: Readonly<Record<string, string>>; readonly max: number };
  /** A thinking model's tool calls must come back with their reasoning. */
  readonly wantsReasoning?: boolean;
  /** Reasoning beside the text is a key that it does not know. */
  readonly refusesReasoning?: boolean;
  /** Calls and results of tools that ran at the provider are held together. */
  readonly pairsServerTools?: boolean;
  /** `cache_control` marks of one request. */
  readonly cacheMarks?: number;
  /** A result may only refer to tools that the request declares. */
  readonly checksToolReferences?: boolean;
  readonly refusesLoneSurrogate?: boolean;
  readonly refusesUnreadableMedia?: boolean;
  /** True if it does not fetch URLs. */
  readonly refusesUrls?: boolean;
  /** Types of file that it has no reader for. */
  readonly refusedFiles?: RegExp;
  readonly images?: ImageLimits;
  readonly documents?: DocumentLimits;
  /** The provider's own words, by rule. */
  readonly errors: Readonly<Record<string, string>>;
}

export interface Provider extends Terms {
  readonly id: string;
  /** Other names by which hosts and people call it, or a service that answers like it. */
  readonly aliases?: readonly string[];
  /** The request format that a host uses to reach it. */
  readonly wire: Wire;
  /** measured: on the real service or program; documented: in its docs; reported: in users' error texts. */
  readonly certainty: "measured" | "documented" | "reported";
  /** Counts for the severity `error`; the others are named in the effects only. */
  readonly major?: boolean;
  /** Hosts rewrite requests for it, or it is one of many: judged only where the user asks for it. */
  readonly onlyWhenNamed?: boolean;
  /** Differences for a captured body, by its format. */
  readonly over?: Readonly<Partial<Record<BodyFormat, Partial<Terms>>>>;
}
