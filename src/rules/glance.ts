import type {
  Block,
  CallBlock,
  Conversation,
  MediaBlock,
  Message,
  TextBlock,
  ThinkingBlock,
} from "../model/conversation.js";

/** A message at a quick look: its pieces by kind, sorted once for all rules. */
export interface Glance {
  readonly message: Message;
  readonly texts: readonly TextBlock[];
  readonly thoughts: readonly ThinkingBlock[];
  readonly calls: readonly CallBlock[];
  /** Attachments of the message and of its tools' results. */
  readonly media: readonly MediaBlock[];
  /** Compactions, subtasks and blocks of unknown kinds. */
  readonly rest: readonly Block[];
}

/** The messages before the one that is looked at. */
export interface Before<C extends Conversation = Conversation> {
  readonly conversation: C;
  readonly previous: Message | undefined;
  /** True if no message follows. */
  readonly isLast: boolean;
  /** Ids of the prompts before. */
  readonly prompts: ReadonlySet<string>;
  /** Ids of the tool calls before. */
  readonly callIds: ReadonlySet<string>;
  /** The number of attachments before. */
  readonly attachments: number;
  /** Prompts that are newer than the last finished reply. */
  readonly open: readonly Message[];
}

/** Clears a message by a quick look at it. */
export type Clears<C extends Conversation = Conversation> = (glance: Glance, before: Before<C>) => boolean;

/** For rules whose damage is excluded by the look of another rule, or by the reader. */
export const always: Clears = () => true;

interface Clearing<C extends Conversation> {
  readonly detect?: unknown;
  readonly check?: unknown;
  clears?(glance: Glance, before: Before<C>): boolean;
}

/**
 * The looks of all rules, each once. A rule that reads rows or checks requests and has no `clears` clears nothing: the
 * conversation is then judged, which takes longer and finds the same.
 */
export function looksOf<C extends Conversation>(rules: readonly Clearing<C>[]): Clears<C>[] {
  const asked = rules.filter(({ detect, check }) => detect || check);
  const looks = new Set<Clears<C>>(asked.map(({ clears }) => clears ?? never));
  looks.delete(always);
  return [...looks];
}

function never(): boolean {
  return false;
}

/** True if every look clears every message, so that nothing in the conversation needs judging. */
export function isCleared<C extends Conversation>(
  looks: readonly Clears<C>[],
  conversation: C,
  messages: readonly Message[],
): boolean {
  const before = new Walk(conversation);
  const last = messages.at(-1);
  for (const message of messages) {
    const glance = glanceAt(message);
    before.isLast = message === last;
    if (!areClear(looks, glance, before)) return false;
    before.pass(glance);
  }
  // A conversation without messages shows nothing to a quick look.
  return messages.length > 0;
}

function areClear<C extends Conversation>(
  looks: readonly Clears<C>[],
  glance: Glance,
  before: Before<C>,
): boolean {
  for (const clears of looks) if (!clears(glance, before)) return false;
  return true;
}

/** The messages before the one that is looked at, message by message. */
class Walk<C extends Conversation> implements Before<C> {
  readonly prompts = new Set<string>();
  readonly callIds = new Set<string>();
  previous: Message | undefined = undefined;
  isLast = false;
  attachments = 0;
  open: Message[] = [];

  constructor(readonly conversation: C) {}

  pass({ message, calls, media }: Glance): void {
    if (message.role === "user") {
      this.prompts.add(message.row.id);
      this.open.push(message);
    } else if (message.finish) this.open = [];
    for (const { id } of calls) this.callIds.add(id);
    this.attachments += media.length;
    this.previous = message;
  }
}

function glanceAt(message: Message): Glance {
  const texts: TextBlock[] = [];
  const thoughts: ThinkingBlock[] = [];
  const calls: CallBlock[] = [];
  const media: MediaBlock[] = [];
  const rest: Block[] = [];
  for (const block of message.blocks) {
    if (block.kind === "text") texts.push(block);
    else if (block.kind === "thinking") thoughts.push(block);
    else if (block.kind === "media") media.push(block);
    else if (block.kind === "call") {
      calls.push(block);
      if (block.media) media.push(...block.media);
    } else if (block.kind === "compaction" || block.kind === "subtask" || block.kind === "unknown")
      rest.push(block);
  }
  return { message, texts, thoughts, calls, media, rest };
}

/** True if the host's strict reader refuses nothing of the message. */
export function hasNoDefects({ message }: Glance): boolean {
  return message.defects === undefined;
}
