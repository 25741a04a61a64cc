import { imageSize } from "image-size";
import type { Wire } from "../../../src/providers/providers.js";

type Fields = Record<string, unknown>;
type Refuse = (rule: string) => void;
interface Turn {
  readonly role: unknown;
  readonly blocks: Fields[];
}

/**
 * Why the provider would answer 400 to this body, in the names of the project's rules. Written from the providers'
 * documentation alone, so that it is a second opinion: it shares no code with the checks of `src`.
 */
export function refusalsOf(wire: Wire, raw: string): string[] {
  const found = new Set<string>();
  const refuse: Refuse = (rule) => found.add(rule);
  const body = JSON.parse(raw, (key, value: unknown) => {
    if (!key.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) refuse("lone-surrogate");
    return value;
  }) as { messages: Fields[]; input: Fields[] };
  if (wire === "anthropic") anthropic(body.messages, refuse);
  else if (wire === "openai-chat") chat(body.messages, refuse);
  else responses(body.input, refuse);
  return [...found];
}

function anthropic(messages: Fields[], refuse: Refuse): void {
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : (content as Fields[]);
    if (blocks.length === 0) refuse("empty-message");
    if (areBlank(blocks)) refuse("blank-text");
    if (role === "assistant" && /thinking$/.test(String(blocks.at(-1)?.type))) refuse("dangling-thinking");
    const last = turns.at(-1);
    if (last && last.role === role) last.blocks.push(...blocks);
    else turns.push({ role, blocks: [...blocks] });
  }
  if (turns.at(-1)?.role !== "user") refuse("assistant-prefill");
  turns.forEach((turn, index) => {
    for (const block of turn.blocks) blockAlone(block, refuse);
    if (turn.role === "assistant") calls(turn, turns[index + 1], refuse);
    else results(turn, turns[index - 1], refuse);
  });
}

function blockAlone(block: Fields, refuse: Refuse): void {
  if (block.type === "text" && (block.text ?? "") === "") refuse("blank-text");
  if (block.type === "thinking" && (isBlank(block.thinking) || isBlank(block.signature)))
    refuse("invalid-thinking");
  if (block.type === "tool_result" && block.is_error === true && String(block.content ?? "") === "")
    refuse("blank-text");
  if (block.type === "tool_result" && Array.isArray(block.content)) {
    const inside = block.content as Fields[];
    if (areBlank(inside)) refuse("blank-text");
    for (const inner of inside) blockAlone(inner, refuse);
  }
  if (block.type === "image") image(block.source as Fields, refuse);
}

const MAX_IMAGE_SIDE = 8000;
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAGIC: Record<string, RegExp> = {
  "image/png": /^iVBORw0KGgo/,
  "image/jpeg": /^\/9j\//,
  "image/gif": /^R0lGOD/,
  "image/webp": /^UklGR/,
};
/** How pictures begin in base64, bitmaps among them. */
const IMAGE_BYTES = [...Object.values(MAGIC), /^Qk/];

function image(source: Fields, refuse: Refuse): void {
  if (source.type !== "base64") return;
  const data = String(source.data);
  if (!MAGIC[String(source.media_type)]?.test(data) || data.length * 0.75 > MAX_IMAGE_BYTES)
    refuse("unsendable-media");
  else if (sideOf(data) > MAX_IMAGE_SIDE) refuse("unsendable-media");
}

/** The longer side in pixels; 0 where the header does not tell. */
function sideOf(base64: string): number {
  try {
    const { width, height } = imageSize(Buffer.from(base64, "base64"));
    return Math.max(width, height);
  } catch {
    return 0;
  }
}

/** Chat Completions refuse an image of another type in a prompt, and bytes that are no picture. */
function promptImages(content: unknown, refuse: Refuse): void {
  for (const block of Array.isArray(content) ? (content as Fields[]) : []) {
    const { image_url: image } = block;
    const url = String((isObject(image) ? (image as { url?: unknown }).url : image) ?? "");
    const [, type, data] = /^data:([^,]*);base64,(.*)$/s.exec(url) ?? [];
    if (data === undefined) continue;
    const isPicture = IMAGE_BYTES.some((begin) => begin.test(data));
    if (!isPicture || (type && !(type in MAGIC))) refuse("unsendable-media");
  }
}

/** White space is refused where nothing else is said. */
function areBlank(blocks: readonly Fields[]): boolean {
  return blocks.length > 0 && blocks.every(({ type, text }) => type === "text" && isBlank(text));
}

function calls(turn: Turn, next: Turn | undefined, refuse: Refuse): void {
  const seen = new Set<unknown>();
  const firstCall = turn.blocks.findIndex(isCall);
  if (firstCall >= 0 && turn.blocks.slice(firstCall).some((block) => !isCall(block)))
    refuse("content-after-tool-call");
  const behind = next?.blocks.findIndex(({ type }) => type !== "tool_result") ?? 0;
  const answered = (next && behind < 0 ? next.blocks : (next?.blocks.slice(0, behind) ?? [])).map(
    (block) => block.tool_use_id,
  );
  for (const { id, name, input } of turn.blocks.filter(isCall)) {
    if (!/^[\w-]+$/.test(String(id))) refuse("invalid-tool-call-id");
    if (!/^[\w-]{1,128}$/.test(String(name))) refuse("invalid-tool-name");
    if (!isObject(input)) refuse("invalid-tool-input");
    if (seen.has(id)) refuse("duplicate-tool-call-id");
    seen.add(id);
    if (!answered.includes(id)) refuse("missing-tool-result");
  }
}

function results(turn: Turn, before: Turn | undefined, refuse: Refuse): void {
  const open = new Set(before?.blocks.filter(isCall).map(({ id }) => id));
  const ids = turn.blocks.filter(({ type }) => type === "tool_result").map((block) => block.tool_use_id);
  for (const id of ids) if (!open.has(id)) refuse("orphan-tool-result");
  if (new Set(ids).size < ids.length) refuse("duplicate-tool-result");
}

function chat(messages: Fields[], refuse: Refuse): void {
  let open: unknown[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      if (!open.includes(message.tool_call_id)) refuse("orphan-tool-result");
      open = open.filter((id) => id !== message.tool_call_id);
      continue;
    }
    if (open.length > 0) refuse("missing-tool-result");
    if (message.role === "user") promptImages(message.content, refuse);
    const made = (message.tool_calls ?? []) as {
      id: string;
      function: { name: string; arguments: string };
    }[];
    open = made.map(({ id }) => id);
    if (new Set(open).size < open.length) refuse("duplicate-tool-call-id");
    if (made.length === 0 && typeof message.content !== "string" && !Array.isArray(message.content))
      refuse("empty-message");
    if (open.includes("")) refuse("invalid-tool-call-id");
    for (const { function: called } of made) {
      if (!/^[\w-]{1,128}$/.test(called.name)) refuse("invalid-tool-name");
      if (!isObject(parsed(called.arguments))) refuse("invalid-tool-input");
    }
  }
  if (open.length > 0) refuse("missing-tool-result");
}

/** Calls and outputs are paired by their id, wherever they stand; a reasoning item needs what it led to. */
function responses(items: Fields[], refuse: Refuse): void {
  const open: unknown[] = [];
  const known = new Set<unknown>();
  items.forEach(({ type, role, content, output, call_id: id, name }, index) => {
    if (role === "user") promptImages(content, refuse);
    promptImages(output, refuse);
    if (type === "reasoning" && !/^(function_call|message|item_reference)$/.test(kindOf(items[index + 1])))
      refuse("dangling-thinking");
    if (type === "function_call") {
      if (!/^.{1,64}$/s.test(String(id))) refuse("invalid-tool-call-id");
      if (!/^[\w-]{1,128}$/.test(String(name))) refuse("invalid-tool-name");
      known.add(id);
      open.push(id);
    }
    if (type !== "function_call_output") return;
    if (!known.has(id)) refuse("orphan-tool-result");
    else if (!open.includes(id)) refuse("duplicate-tool-result");
    else open.splice(open.indexOf(id), 1);
  });
  if (open.length > 0) refuse("missing-tool-result");
}

/** A message of the assistant may leave its type out. */
function kindOf(item: Fields | undefined): string {
  return String(item?.type ?? (item?.role === "assistant" ? "message" : ""));
}

function isCall(block: Fields): boolean {
  return block.type === "tool_use";
}

function isBlank(value: unknown): boolean {
  return typeof value !== "string" || value.trim() === "";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
