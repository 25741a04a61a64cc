import {
  type Block,
  blocksOf,
  type CallBlock,
  type ResultBlock,
  type Row,
  type Turn,
} from "./conversation.js";
import { addTo } from "./group.js";
import { append } from "./numbers.js";
import { once } from "./once.js";

export interface PlacedCall {
  readonly block: CallBlock;
  readonly turn: number;
  result?: PlacedResult;
}
export interface PlacedResult {
  readonly block: ResultBlock;
  readonly turn: number;
  call?: PlacedCall;
}
export interface Pairing {
  readonly calls: readonly PlacedCall[];
  readonly results: readonly PlacedResult[];
  /** The ids of all calls. */
  readonly callIds: ReadonlySet<string>;
  readonly callOf: ReadonlyMap<CallBlock, PlacedCall>;
  readonly resultAt: ReadonlyMap<Row, PlacedResult>;
}

/**
 * Pairs each tool call with its tool result. First come the results that directly follow the turns with their call;
 * then, among the rest, the first open call of an id gets the first result of that id, and so on.
 * The order matters, because an id may be used again later in the conversation.
 */
export const pairCalls = once((turns: readonly Turn[]): Pairing => {
  const calls: PlacedCall[] = blocksOf(turns, "call").map(({ block, turn }) => ({ block, turn }));
  const results: PlacedResult[] = blocksOf(turns, "result").map(({ block, turn }) => ({ block, turn }));
  if (!pairById(calls, results)) pairByPlace(turns, calls, results);
  return {
    calls,
    results,
    callIds: new Set(calls.map((call) => call.block.id)),
    callOf: new Map(calls.map((call) => [call.block, call])),
    resultAt: new Map(results.map((result) => [result.block.row, result])),
  };
});

/** Where each id names one call and one result, and no call is exempt, the place of none matters. False elsewhere. */
function pairById(calls: readonly PlacedCall[], results: readonly PlacedResult[]): boolean {
  const callOf = new Map<string, PlacedCall>();
  for (const call of calls) {
    if (call.block.exempt || callOf.has(call.block.id)) return false;
    callOf.set(call.block.id, call);
  }
  if (new Set(results.map(({ block }) => block.id)).size < results.length) return false;
  for (const result of results) bind(result, callOf.get(result.block.id));
  return true;
}

function pairByPlace(
  turns: readonly Turn[],
  calls: readonly PlacedCall[],
  results: readonly PlacedResult[],
): void {
  const { callers, answers } = runsOf(turns);
  const callsOfRun = new Map<string, PlacedCall[]>();
  const resultsOfRun = new Map<string, PlacedResult[]>();
  for (const call of calls) addTo(callsOfRun, `${callers[call.turn]}\u0000${call.block.id}`, call);
  for (const result of results)
    addTo(resultsOfRun, `${answers[result.turn]}\u0000${result.block.id}`, result);
  for (const [key, answering] of resultsOfRun) {
    const answered = nearest(callsOfRun.get(key) ?? [], answering.length);
    for (const [at, result] of answering.entries()) bind(result, answered[at]);
  }
  const left = new Map<string, PlacedCall[]>();
  for (const call of calls) if (!call.result && !call.block.exempt) addTo(left, call.block.id, call);
  const firstOf = new Map<string, number>();
  for (const call of calls)
    firstOf.set(call.block.id, Math.min(call.turn, firstOf.get(call.block.id) ?? call.turn));
  for (const result of results) {
    const open = left.get(result.block.id);
    // A result may stand before its call. But a second result of an earlier call never answers a later call.
    const isEarly = result.turn <= (firstOf.get(result.block.id) ?? 0);
    if (!result.call && open?.[0] && (isEarly || open[0].turn < result.turn)) bind(result, open.shift());
  }
}

/**
 * Groups neighbouring turns, so that several messages with one result each count as one message with all results.
 * `callers`: for each turn, the index of the first of the assistant turns that it belongs to.
 * `answers`: for each turn, the index of the first of the assistant turns that its results follow.
 */
function runsOf(turns: readonly Turn[]): { callers: number[]; answers: number[] } {
  const callers: number[] = [];
  const answers: number[] = [];
  turns.forEach((turn, index) => {
    const before = turns[index - 1];
    const goesOn = before?.role === "assistant" && turn.role === "assistant";
    callers.push(goesOn ? (callers[index - 1] ?? index) : index);
    const isBehindResults = before !== undefined && isOnlyResults(before) && turn.role !== "assistant";
    answers.push((isBehindResults ? answers[index - 1] : callers[index - 1]) ?? -1);
  });
  return { callers, answers };
}

function isOnlyResults({ blocks }: Turn): boolean {
  return blocks.length > 0 && blocks.every(({ kind }) => kind === "result");
}

/** The `count` calls that are nearest to the results: latest turns first; within a turn, in order. */
function nearest(calls: readonly PlacedCall[], count: number): readonly PlacedCall[] {
  const byTurn: (readonly PlacedCall[])[] = [];
  let chosen = 0;
  for (let end = calls.length; end > 0 && chosen < count; ) {
    const last = calls[end - 1];
    const start = calls.findIndex(({ turn }) => turn === last?.turn);
    const first = calls.slice(start, Math.min(end, start + count - chosen));
    byTurn.push(first);
    chosen += first.length;
    end = start;
  }
  return byTurn.reverse().flat();
}

function bind(result: PlacedResult, call: PlacedCall | undefined): void {
  if (!call) return;
  result.call = call;
  call.result = result;
}

/** Merges neighbouring turns of the same role into one, as some providers (and Instatic) do. */
export function foldTurns(turns: readonly Turn[], isFolded = (_: Turn) => true): Turn[] {
  const folded: Turn[] = [];
  // The blocks of the last turn, if others were merged into it.
  let merged: Block[] | null = null;
  for (const turn of turns) {
    const last = folded.at(-1);
    if (last?.role !== turn.role || !isFolded(turn)) {
      folded.push(turn);
      merged = null;
    } else if (turn.blocks.length > 0) {
      if (!merged) {
        merged = [...last.blocks];
        folded[folded.length - 1] = { role: last.role, row: last.row, blocks: merged };
      }
      append(merged, turn.blocks);
    }
  }
  return folded;
}

/** Merges turns as Anthropic does: tool results count as the user's. */
export function foldAsUser(turns: readonly Turn[]): Turn[] {
  return foldTurns(turns.map((turn) => (turn.role === "tool" ? { ...turn, role: "user" } : turn)));
}
