import type { ReplayReport } from "../../src/scan/replay.js";
import type { AgentCase } from "./agents.js";

type Block = ReplayReport["messages"][number]["blocks"][number];

/** How the kit tells the requests of a program. */
interface Telling {
  /** One entry a message; undefined for what the kit does not tell. */
  ours(role: string, blocks: readonly Block[]): string | undefined;
  /** The kit's entry without what the replay cannot know. */
  theirs(message: string): string;
}

const short = (text: string) => {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > 24 ? `${flat.slice(0, 24)}…` : flat;
};
const said = ({ row, text }: Block) => (row === null ? "text()" : `text(${short(text ?? "")})`);
/** The texts that the program adds to the next prompt. */
const ADDED = /text\((omega next|No response requested|<session_context>|\[The previous)[^)]*\)/g;

/** Programs that speak Anthropic's format. Ids may hold a colon, which the kit also writes behind the id. */
const anthropic: Telling = {
  ours(role, blocks) {
    const pieces = blocks.map((block) => {
      if (block.type === "tool-call") return `tool_use(${block.id})`;
      if (block.type === "tool-result")
        return `tool_result(${block.id}: ${short(block.text ?? "")}${block.error ? ", error" : ""})`;
      return block.type === "text" ? said(block) : block.type;
    });
    return `${role === "assistant" ? "a" : "u"}:${pieces.join(" + ")}`;
  },
  theirs: (message) =>
    message
      .replace(ADDED, "text()")
      .replace(/, input string\)/g, ")")
      .replace(/\|image\)/g, ")"),
};

/** Claude Code says its surroundings in messages of its own, and in pieces before the first prompt. */
const claude: Telling = {
  ours: anthropic.ours,
  theirs(message) {
    if (message.startsWith("s:")) return "";
    const told = message.replace(/text\(<system-reminder>[^)]*\)( \+ )?/g, "");
    return told === "u:"
      ? ""
      : anthropic.theirs(told).replace(/^a:(?!text|thinking|tool_use)\w+/, "a:unknown");
  },
};

/** Gemini CLI takes the tool's name off an id. */
const bare = (id = "") => id.replace(/^.+?__/, "");

const gemini: Telling = {
  ours(role, blocks) {
    const pieces = blocks.map((block) => {
      if (block.type === "tool-call") return `call(${bare(block.id)})`;
      return block.type === "tool-result" ? `resp(${bare(block.id)})` : said(block);
    });
    return `${role === "assistant" ? "m" : "u"}:${pieces.join(" + ")}`;
  },
  theirs: (message) =>
    message
      .replace(/resp\(([^:)]*): .*?\)(?= \+ |$)/g, (_, id: string) => `resp(${bare(id)})`)
      .replace(/call\(([^ ,)]*)[^)]*\)/g, (_, id: string) => `call(${bare(id)})`)
      .replace(ADDED, "text()"),
};

/** Codex sends items: one entry each. */
const codex: Telling = {
  ours(role, blocks) {
    if (role === "system") return undefined;
    const pieces = blocks.map((block) => {
      if (block.type === "tool-call") return `call(${block.id})`;
      if (block.type === "tool-result") return `output(${block.id})`;
      return block.type === "thinking" ? "reasoning" : said(block);
    });
    const told = pieces.join(" + ");
    return told.startsWith("text") ? `${role === "assistant" ? "a" : "u"}:${told}` : told;
  },
  theirs: (message) =>
    message
      .replace(/output\(([^:)]*): .*?\)(?= \+ |$)/g, "output($1)")
      .replace(/call\(exec_command\)/, "call()")
      .replace(/call\(([^ ,)]*)[^)]*\)/g, "call($1)")
      .replace(ADDED, "text()"),
};

const TELLINGS: Readonly<Record<string, Telling>> = {
  claude,
  codex,
  gemini,
  pi: anthropic,
};

/** The messages of a replay as the kit tells those of a real request. */
export function shapeOf({ messages }: ReplayReport, { program }: AgentCase): string[] {
  return messages.flatMap(({ role, blocks }) => TELLINGS[program]?.ours(role, blocks) ?? []);
}

/** The kit's own telling of the request that the real program sent. */
export function realShape({ sentShape, program }: AgentCase): string[] {
  return sentShape.map((message) => TELLINGS[program]?.theirs(message) ?? message).filter(Boolean);
}
