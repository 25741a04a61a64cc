import type { Refusal } from "../judge/refusals.js";
import { asRead } from "../judge/scenarios.js";
import type { Block, Role, Turn } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import { byLength, toldMime, toldName, toldWord } from "../model/told.js";
import { cannotOpen } from "./opening.js";
import { type Arc, arcsOf } from "./picture-arcs.js";
import { damagePlaces, type PictureDamage } from "./picture-damage.js";
import type { Asked, Played } from "./replay.js";

export interface PictureBlock {
  readonly kind: "text" | "thinking" | "call" | "result" | "media" | "other";
  /** Null for a piece that the host adds. */
  readonly row: string | null;
  /** The tool of a call, the type of a file, or the kind of another piece. */
  readonly name?: string;
  readonly length?: number;
  /** A result that tells an error. */
  readonly isError?: true;
  readonly isBlank?: true;
  /** The beginning of its text; only on request. */
  readonly text?: string;
  readonly damage?: PictureDamage;
  /** The step before it was never closed: two steps are one message. */
  readonly isTorn?: true;
  /** The provider refuses the request for this block. */
  readonly isRefused?: true;
}

export interface PictureTurn {
  /** The place in the request, from 0, as the provider counts. */
  readonly index: number;
  readonly role: Role;
  /** The side on which it is drawn. */
  readonly lane: "user" | "assistant";
  readonly blocks: readonly PictureBlock[];
  readonly damage?: PictureDamage;
  /** The provider refuses the request for this turn. */
  readonly isRefused?: true;
}

/** The next request of a conversation, as it is drawn. */
export interface Picture {
  readonly provider: string;
  readonly hostVersion: string | null;
  readonly verdict: Played["verdict"];
  readonly error?: string;
  readonly rule?: string;
  /** True if no request is built: the turns are the messages as they are stored. */
  readonly isStored: boolean;
  /** True if the program cannot open the conversation at all. */
  readonly isClosed: boolean;
  readonly turns: readonly PictureTurn[];
  readonly arcs: readonly Arc[];
}

/** The most characters of a text that a picture holds. */
const EXCERPT = 160;
/** Rules that find two steps in one message, at the first block of the second step. */
const GLUED: ReadonlySet<string> = new Set(["missing-step-boundary", "content-after-tool-call"]);

export interface PictureTerms {
  readonly showContent?: boolean;
  /** The tools that may be named, besides what the form of a name allows; absent: every one. */
  readonly tools?: ReadonlySet<string>;
}

/** Draws a request that was played: its turns as the provider reads them, the findings at their blocks, and the refusal. */
export function pictureOf(
  played: Played,
  { conversation, provider, host, hostVersion }: Asked,
  findings: readonly Finding[],
  terms: PictureTerms = {},
): Picture {
  const { verdict, error, first, stop, refusals } = played;
  const isStored = played.turns.length === 0;
  const turns = isStored ? conversation.messages : asRead(played.turns, provider);
  const refused = first && placeOf(first, turns);
  const damage = damagePlaces(turns, findings, refusals);
  const rule = first?.rule.id ?? stop?.rule;
  return {
    provider: provider.id,
    hostVersion: played.hostVersion,
    verdict,
    ...(error !== undefined && { error }),
    ...(rule !== undefined && { rule }),
    isStored,
    isClosed: verdict === "unreadable" || cannotOpen(findings, host, hostVersion),
    turns: turns.map((turn, index) => {
      const isRefused = refused?.turn === index;
      return {
        index,
        role: turn.role,
        lane: turn.role === "assistant" ? "assistant" : "user",
        blocks: turn.blocks.map((block, at) => ({
          ...described(block, terms),
          ...marks(damage.blocks.get(block)),
          ...(isRefused && refused.block === at && { isRefused }),
        })),
        ...(damage.turns.has(turn) && { damage: damage.turns.get(turn) }),
        ...(isRefused && { isRefused }),
      };
    }),
    arcs: arcsOf(turns, damage),
  };
}

function described(
  block: Block,
  { showContent = false, tools }: PictureTerms,
): Omit<PictureBlock, "damage" | "isTorn"> {
  const row = block.row.id === "next-prompt" ? null : block.row.id;
  const said = showContent && "text" in block ? block.text : undefined;
  const text = said === undefined ? {} : { text: said.slice(0, EXCERPT) };
  switch (block.kind) {
    case "text":
    case "thinking": {
      const isBlank = block.blank !== false;
      return { kind: block.kind, row, length: block.length, ...(isBlank && { isBlank }), ...text };
    }
    case "call":
      return {
        kind: "call",
        row,
        name: tools?.has(block.name) === false ? byLength(block.name) : toldName(block.name),
      };
    case "result":
      return { kind: "result", row, ...(!block.ok && { isError: true as const }), ...text };
    case "media":
      return { kind: "media", row, name: toldMime(block.mime) };
    default:
      return { kind: "other", row, name: block.kind === "compaction" ? block.kind : toldWord(block.type) };
  }
}

function marks(found: readonly PictureDamage[] | undefined): Pick<PictureBlock, "damage" | "isTorn"> {
  const [damage] = found ?? [];
  if (!damage) return {};
  return { damage, ...(found?.some(({ rule }) => GLUED.has(rule)) && { isTorn: true as const }) };
}

/** The place at which a refusal points: the turn that its text names, and the block in it. */
function placeOf({ symptom }: Refusal, turns: readonly Turn[]): { turn: number; block: number } {
  const blocks = turns[symptom.turn]?.blocks ?? [];
  const exact = symptom.block ? blocks.indexOf(symptom.block) : -1;
  return {
    turn: symptom.turn,
    block: exact >= 0 ? exact : blocks.findIndex(({ row }) => row.id === symptom.row?.id),
  };
}
