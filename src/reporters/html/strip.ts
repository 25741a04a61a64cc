import { addTo } from "../../model/group.js";
import { count, plural } from "../../model/numbers.js";
import type { SessionEntry } from "../../scan/sessions.js";
import type { Clock } from "../local-time.js";
import { html, type Markup } from "./markup.js";

/** The most segments of a strip. With more conversations, neighbours share one, which shows the worst of them. */
const SEGMENTS = 360;
const WIDTH = 1000;
const HEIGHT = 56;
/** The height of a segment tells its state, too. */
const HEIGHTS = { dead: HEIGHT, limping: 40, well: 24 } as const;
const WORST = ["dead", "limping", "well"] as const;

type Dated = SessionEntry & { readonly updated: number };

/** All conversations by last use, the oldest on the left: colour and height tell the state, the width the size. */
export function strip(sessions: readonly SessionEntry[], clock: Clock): Markup {
  const dated = sessions
    .filter((entry): entry is Dated => entry.updated !== null)
    .sort((one, other) => one.updated - other.updated);
  const [first, last] = [dated[0], dated.at(-1)];
  if (!first || !last || dated.length < 2) return html``;
  const groups = grouped(dated);
  const weights = groups.map((group) =>
    group.reduce((sum, { messages }) => sum + Math.log2(messages + 2), 0),
  );
  const scale = WIDTH / weights.reduce((sum, weight) => sum + weight, 0);
  let x = 0;
  const bars = groups.map((group, at) => {
    const width = (weights[at] ?? 0) * scale;
    const bar = segment(group, x, width, clock);
    x += width;
    return bar;
  });
  const shared =
    groups.length < dated.length
      ? ` Up to ${count(Math.ceil(dated.length / SEGMENTS))} neighbours share a bar.`
      : "";
  const middle = dated[dated.length >> 1];
  return html`<section class="strip" aria-labelledby="strip-h"><h2 id="strip-h">All conversations by last use</h2>
<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="strip-t"><title id="strip-t">${plural(dated.length, "conversation")} from ${clock.day(first.updated)} to ${clock.day(last.updated)}. ${peakSentence(dated, clock)}</title>${bars}</svg>
<p class="ends"><span>${clock.day(first.updated)}</span>${dated.length > 8 && middle ? html`<span>${clock.day(middle.updated)}</span>` : html``}<span>${clock.day(last.updated)}</span></p>
<figcaption>${peakSentence(dated, clock)} The wider a bar, the more messages.${shared}${undatedWords(sessions.length - dated.length)}</figcaption>
<p class="keys"><span class="key dead">dead</span><span class="key limping">limping</span><span class="key well">well</span></p></figure></section>
`;
}

function grouped(dated: readonly Dated[]): Dated[][] {
  const size = Math.ceil(dated.length / SEGMENTS);
  return Array.from({ length: Math.ceil(dated.length / size) }, (_, at) =>
    dated.slice(at * size, (at + 1) * size),
  );
}

function segment(group: readonly Dated[], x: number, width: number, clock: Clock): Markup {
  const state = WORST.find((one) => group.some((entry) => entry.state === one)) ?? "well";
  const height = HEIGHTS[state];
  const [newest] = group.slice(-1);
  const messages = group.reduce((sum, entry) => sum + entry.messages, 0);
  const gap = Math.min(1, width / 5);
  return html`<rect class="${state}" x="${x.toFixed(1)}" y="${HEIGHT - height}" width="${(width - gap).toFixed(1)}" height="${height}"><title>${newest ? clock.day(newest.updated) : ""} · ${state} · ${plural(messages, "message")}</title></rect>`;
}

/** "12 of 20 damaged conversations were last used on Sat, 14 Nov 2026." */
function peakSentence(dated: readonly Dated[], clock: Clock): string {
  const damaged = dated.filter(({ state }) => state !== "well");
  if (damaged.length === 0) return "Every conversation is well.";
  const byDay = new Map<string, Dated[]>();
  for (const entry of damaged) addTo(byDay, clock.day(entry.updated), entry);
  const [peak] = [...byDay].sort(([, one], [, other]) => other.length - one.length);
  return peak
    ? `${count(peak[1].length)} of ${plural(damaged.length, "damaged conversation")} ${peak[1].length === 1 ? "was" : "were"} last used on ${peak[0]}.`
    : "";
}

function undatedWords(undated: number): string {
  if (undated === 0) return "";
  return ` ${plural(undated, "conversation")} without a time ${undated === 1 ? "is" : "are"} not shown.`;
}
