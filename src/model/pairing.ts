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
  /** Ids that at least one call of the conversation carries. */
  readonly callIds: ReadonlySet<string>;
  readonly callOf: ReadonlyMap<CallBlock, PlacedCall>;
  readonly resultAt: ReadonlyMap<Row, PlacedResult>;
}

/**
 * Joins calls and results in order: first each result that stands in the run of results directly behind its call,
 * then, of what is left, the k-th call of an id with the k-th result of that id.
 * An ordered walk, never a set of ids: an id may be used again later in the conversation.
 */
export const pairCalls = once((turns: readonly Turn[]): Pairing => {
  const calls: PlacedCall[] = blocksOf(turns, "call").map(({ block, turn }) => ({ block, turn }));
  const results: PlacedResult[] = blocksOf(turns, "result").map(({ block, turn }) => ({ block, turn }));
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
    // A result may come too early for its call; one more of an earlier call never answers a later one.
    const isEarly = result.turn <= (firstOf.get(result.block.id) ?? 0);
    if (!result.call && open?.[0] && (isEarly || open[0].turn < result.turn)) bind(result, open.shift());
  }
  return {
    calls,
    results,
    callIds: new Set(calls.map((call) => call.block.id)),
    callOf: new Map(calls.map((call) => [call.block, call])),
    resultAt: new Map(results.map((result) => [result.block.row, result])),
  };
});

/**
 * The turns by their runs, so that one message that holds all results and one message for each are read alike.
 * `callers`: the run of assistant turns in which a turn stands; `answers`: the run that its results stand behind.
 */
function runsOf(turns: readonly Turn[]): { callers: number[]; answers: number[] } {
  const callers: number[] = [];
  const answers: number[] = [];
  turns.forEach((turn, index) => {
    const before = turns[index - 1];
    const goesOn = before?.role === "assistant" && turn.role === "assistant";
    callers.push(goesOn ? callers[index - 1]! : index);
    const isBehindResults = before !== undefined && isOnlyResults(before) && turn.role !== "assistant";
    answers.push(isBehindResults ? answers[index - 1]! : (callers[index - 1] ?? -1));
  });
  return { callers, answers };
}

function isOnlyResults({ blocks }: Turn): boolean {
  return blocks.length > 0 && blocks.every(({ kind }) => kind === "result");
}

/** So many of the calls of one id and run, in their order: those of the last turns, of each turn the first ones. */
function nearest(calls: readonly PlacedCall[], count: number): readonly PlacedCall[] {
  const byTurn: (readonly PlacedCall[])[] = [];
  let chosen = 0;
  for (let end = calls.length; end > 0 && chosen < count; ) {
    const start = calls.findIndex(({ turn }) => turn === calls[end - 1]!.turn);
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

/** Merges neighbours of one role into one turn, as providers that fold roles (and Instatic's mappers) do. */
export function foldTurns(turns: readonly Turn[], isFolded = (_: Turn) => true): Turn[] {
  const folded: { turn: Turn; blocks: Block[] }[] = [];
  for (const turn of turns) {
    const last = folded.at(-1);
    if (last?.turn.role === turn.role && isFolded(turn)) append(last.blocks, turn.blocks);
    else folded.push({ turn, blocks: [...turn.blocks] });
  }
  return folded.map(({ turn, blocks }) =>
    blocks.length === turn.blocks.length ? turn : { role: turn.role, row: turn.row, blocks },
  );
}

/** The same where results are said by the user, as Anthropic's format has it. */
export function foldAsUser(turns: readonly Turn[]): Turn[] {
  return foldTurns(turns.map((turn) => (turn.role === "tool" ? { ...turn, role: "user" } : turn)));
}
