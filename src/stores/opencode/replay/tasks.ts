import type { Block, CompactionBlock, Message, OtherBlock } from "../../../model/conversation.js";
import { type IsNewer, NEXT_PROMPT, newest } from "./order.js";
import type { Features } from "./versions.js";

type TaskBlock = CompactionBlock | (OtherBlock & { readonly kind: "subtask" });

/** A task that a prompt gives to the host itself. */
interface Task {
  readonly message: Message;
  readonly block: TaskBlock;
}

/** Prompts without a newer finished reply: the host runs their tasks before anything else. */
export function unansweredPrompts(messages: readonly Message[], isNewer: IsNewer): Message[] {
  const finished = newest(
    messages.filter(({ role, finish }) => role === "assistant" && Boolean(finish)),
    isNewer,
  );
  return messages.filter((message) => message.role === "user" && (!finished || isNewer(message, finished)));
}

/** The task that the next prompt runs. Its reply is then newer than every other one: no second task is run. */
export function firstTask(
  messages: readonly Message[],
  isNewer: IsNewer,
  features: Features,
): Task | undefined {
  const asked = unansweredPrompts(messages, isNewer).filter(({ blocks }) => blocks.some(isTask));
  const message = features.newestTaskFirst ? asked.at(-1) : asked[0];
  const block = message?.blocks.findLast(isTask);
  return message && block && { message, block };
}

function isTask(block: Block): block is TaskBlock {
  return block.kind === "compaction" || block.kind === "subtask";
}

/** With this number of later prompts without a reply, a subtask counts as failed. */
const TRIED = 2;

/** `failed`: the subtask cannot begin, or later prompts ran it again and failed with it. */
export function unansweredSubtasks(messages: readonly Message[], isNewer: IsNewer) {
  const prompts = unansweredPrompts(messages, isNewer).filter(({ row }) => row !== NEXT_PROMPT);
  return prompts.flatMap((message, at) => {
    const wasTried = prompts.length - 1 - at >= TRIED;
    return message.blocks.flatMap((block) =>
      block.kind === "subtask" ? [{ message, block, failed: wasTried || block.broken === true }] : [],
    );
  });
}
