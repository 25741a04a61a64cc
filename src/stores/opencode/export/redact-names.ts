import { namePlaceholder, placeholder } from "./redact-words.js";

const words = (text: string) => new Set(text.split(/\s+/));
/** Tools that opencode and its forks bring. */
const TOOLS = words(
  `apply_patch bash batch browser codesearch codebase_search doom_loop edit execute_command external_directory glob grep
   invalid list list_files ls lsp multiedit new_task patch plan plan_enter plan_exit question read read_file
   search_files skill StructuredOutput suggest task task_status todo todoread todowrite update_todo_list use_mcp_tool
   warpgrep webfetch websearch write write_to_file`,
);
/** The words in the names of models and of their providers. */
const MODEL_WORDS = words(
  `air alibaba amazon anthropic api azure baidu base baseten bedrock big cerebras chat chatgpt claude cloud cloudflare
   code codex coder cogito cohere command compatible composer compound copilot cortecs custom deepinfra deepseek default
   dev devstral distill ernie exp experimental fable fake fast fireworks flash free friendli gateway gemini gemma github
   gitlab glm google gpt granite grok groq haiku helicone hermes high huggingface hunyuan hy ibm image inference instant
   instruct internlm it jamba kilo kimi large latest lite litellm llama llm lmstudio local low magistral max maverick
   medium mercury meta mimo mini minimax mistral mistralai mixtral mock model models modelscope moonshot moonshotai
   morph mythos nano nebius nemotron next non nova novita nvidia oai ollama omni openai opencode openrouter opus
   oss perplexity phi pickle pixtral plus preview pro quasar qwen reasoner reasoning requesty sap scout seed small
   sonar sonnet spark speed step stepfun stub super tencent test text think thinking tng together togetherai turbo ultra
   upstage us venice vercel versatile vertex vision vl vllm wandb workers x xai xiaomi yi z zai zen zenmux zhipu zhipuai`,
);
const AGENTS = words("ask build code compaction debug explore general orchestrator plan summary title");
const CALL_ID =
  /^(?:call|toolu|tooluse|srvtoolu|toolcall|tool|fc|functions|chatcmpl-tool|call_function)[_.:-][A-Za-z0-9_-]{1,64}(?:[.:]\d{1,3})?$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROW_ID = /^(?:ses|msg|prt|part|wrk|wks|evt|per|que|usr|pty|job)_[0-9A-Za-z]{1,40}$/;
const PROJECT_ID = /^(?:[0-9a-f]{40}|global)$/;
/** The form that the host demands of an id. */
const PREFIX = /^(?:ses|msg|prt|part|wrk)_?/;

/**
 * Names and ids that are compared with one another: equal ones get equal placeholders, different ones different ones.
 * Where an id has the shape of one that a machine drew, it stays.
 */
export class Names {
  readonly #kinds = new Map<string, Kind>();
  /** Row ids of no such shape, in the order in which hosts read rows. */
  readonly #ids = new Set<string>();
  #ranks: ReadonlyMap<string, string> | null = null;

  /** Ends the first run over an export, which only collects its ids. */
  settle(): void {
    const sorted = [...this.#ids].sort((one, other) => (one < other ? -1 : 1));
    this.#ranks = new Map(sorted.map((id, rank) => [id, this.#rankName(id, rank)]));
  }

  id(text: string): string {
    if (text === "" || ROW_ID.test(text) || PROJECT_ID.test(text) || UUID.test(text)) return text;
    this.#ids.add(text);
    return this.#ranks?.get(text) ?? text;
  }

  /** An id before those of messages stays before them, one behind them behind. */
  #rankName(id: string, rank: number): string {
    const number = String(rank).padStart(6, "0");
    return `${PREFIX.exec(id)?.[0] ?? (id < "msg" ? "0" : "x")}x${number}`;
  }

  callId(text: string): string {
    return CALL_ID.test(text) || UUID.test(text)
      ? text
      : this.#name("call", text, namePlaceholder, following);
  }

  tool(text: string): string {
    return TOOLS.has(text) ? text : this.#name("tool", text, namePlaceholder, following);
  }

  model(text: string): string {
    const redact = (name: string) =>
      name.replace(/[\p{L}\p{N}]+/gu, (word) => (isModelWord(word) ? word : namePlaceholder(word)));
    // The numbers of a model say what it is: none of them is counted on.
    return this.#name("model", text, redact, (name) => `${name}-x`);
  }

  itemId(text: string): string {
    const prefix = /^(?:rs|fc|msg|ws|ig|ci|cu|mcp|ct)_/.exec(text)?.[0] ?? "";
    const redact = (id: string) => prefix + namePlaceholder(id.slice(prefix.length));
    return this.#name("item", text, redact, following);
  }

  agent(text: string): string {
    return AGENTS.has(text) ? text : placeholder(text);
  }

  #name(
    kind: string,
    text: string,
    redact: (text: string) => string,
    next: (name: string) => string | null,
  ): string {
    const names: Kind = this.#kinds.get(kind) ?? { known: new Map(), last: new Map(), taken: new Set() };
    this.#kinds.set(kind, names);
    const before = names.known.get(text);
    if (before !== undefined) return before;
    const wanted = redact(text);
    const last = names.last.get(wanted);
    // From the last of its kind on: a thousand names that look alike are not counted through each time.
    let name = last === undefined ? wanted : next(last);
    while (name !== null && names.taken.has(name)) name = next(name);
    const chosen = name ?? `${wanted}${names.taken.size}`;
    if (name !== null) names.last.set(wanted, name);
    names.known.set(text, chosen);
    names.taken.add(chosen);
    return chosen;
  }
}

/** The placeholders of one kind of name. `last`: the newest of those that begin at the same placeholder. */
interface Kind {
  readonly known: Map<string, string>;
  readonly last: Map<string, string>;
  readonly taken: Set<string>;
}

function isModelWord(word: string): boolean {
  return MODEL_WORDS.has(word.toLowerCase()) || /^(?:[a-z]?\d{1,4}[a-z]?|\d{5,8})$/i.test(word);
}

const WHEELS = [
  "0123456789",
  "xyzabcdefghijklmnopqrstuvw",
  "XYZABCDEFGHIJKLMNOPQRSTUVW",
  "\u00f8\u00e5\u00e6",
];

/** The next name of the same letters and digits, as a counter turns; null behind the last one. */
function following(name: string): string | null {
  const characters = name.split("");
  for (const [at, character] of [...characters.entries()].reverse()) {
    const wheel = WHEELS.find((one) => one.includes(character));
    if (!wheel) continue;
    const next = (wheel.indexOf(character) + 1) % wheel.length;
    characters[at] = wheel.charAt(next);
    if (next > 0) return characters.join("");
  }
  return null;
}
