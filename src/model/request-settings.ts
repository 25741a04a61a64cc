/** The settings of a captured request besides its messages; absent for a bare list of messages. */
export interface RequestSettings {
  /** Thinking is switched on with a budget, so that an open tool turn must begin with it. */
  readonly thinks: boolean;
  /** OpenAI Responses; absent where the body does not say it. */
  readonly store?: boolean;
  /** The names of the declared tools; null where none is declared. */
  readonly tools: readonly string[] | null;
  /** Tools that are not named, such as those of an MCP server, may be declared too. */
  readonly hasUnnamedTools: boolean;
  /** `cache_control` marks beside the messages and in them. */
  readonly cacheMarks: number;
}

/** Properties of a Responses item besides its content. */
export interface ItemFacts {
  readonly type: string;
  readonly id?: string;
  /** Reasoning that carries its encrypted content. */
  readonly sealed?: boolean;
}
