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

/**
 * A quick look: each function clears what it is named for, true where the rule certainly finds nothing there. A rule may
 * look at several of them.
 */
export interface Look<C extends Conversation = Conversation> {
  conversation?(conversation: C): boolean;
  message?(glance: Glance, before: Before<C>): boolean;
  text?(block: TextBlock, message: Message): boolean;
  thought?(block: ThinkingBlock, message: Message): boolean;
  call?(block: CallBlock, message: Message): boolean;
}

/** For rules whose damage is excluded by the look of another rule, or by the reader. */
export const always: Look = {};

const never: Look = { conversation: () => false };

interface Clearing<C extends Conversation> {
  readonly detect?: unknown;
  readonly check?: unknown;
  readonly clears?: Look<C>;
}

/** The looks of several rules, by what they look at. */
export type Looks<C extends Conversation = Conversation> = {
  readonly [Subject in keyof Look<C>]-?: readonly NonNullable<Look<C>[Subject]>[];
};

/**
 * The looks of all rules, each once. A rule that reads rows or checks requests and has no `clears` clears nothing: the
 * conversation is then judged, which takes longer and finds the same.
 */
export function looksOf<C extends Conversation>(rules: readonly Clearing<C>[]): Looks<C> {
  const asked = rules.filter(({ detect, check }) => detect || check);
  const looks: Look<C>[] = asked.map(({ clears }) => clears ?? never);
  const at = <Subject extends keyof Look<C>>(subject: Subject) => [
    ...new Set(looks.flatMap(({ [subject]: look }) => (look ? [look] : []))),
  ];
  return {
    conversation: at("conversation"),
    message: at("message"),
    text: at("text"),
    thought: at("thought"),
    call: at("call"),
  };
}

/** True if every look clears all that it looks at, so that nothing in the conversation needs judging. */
export function isCleared<C extends Conversation>(
  looks: Looks<C>,
  conversation: C,
  messages: readonly Message[],
): boolean {
  for (const look of looks.conversation) if (!look(conversation)) return false;
  const before = new Walk(conversation);
  const last = messages.at(-1);
  for (const message of messages) {
    const glance = glanceAt(message);
    before.isLast = message === last;
    for (const look of looks.message) if (!look(glance, before)) return false;
    if (!areClear(looks.text, glance.texts, message)) return false;
    if (!areClear(looks.thought, glance.thoughts, message)) return false;
    if (!areClear(looks.call, glance.calls, message)) return false;
    before.pass(glance);
  }
  // A conversation without messages shows nothing to a quick look.
  return messages.length > 0;
}

function areClear<B extends Block>(
  looks: readonly ((block: B, message: Message) => boolean)[],
  blocks: readonly B[],
  message: Message,
): boolean {
  for (const block of blocks) for (const look of looks) if (!look(block, message)) return false;
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

/** For rules about what the host's strict reader refuses. */
export const hasNoDefects: Look = { message: ({ message }) => message.defects === undefined };
