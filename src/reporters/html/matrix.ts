import compare from "semver/functions/compare.js";
import { type Effect, type EffectKind, type Finding, WORST_FIRST } from "../../model/report.js";
import { providerById } from "../../providers/providers.js";
import { happensAt } from "../../scan/opening.js";
import { html, type Markup } from "./markup.js";

/** An effect as a word of the matrix. */
const WORDS: Readonly<Record<EffectKind, string>> = {
  unreadable: "not opened",
  crash: "crashes",
  loop: "loops",
  swallowed: "swallowed",
  rejected: "refused",
  lost: "lost",
  misleads: "misleads",
  cosmetic: "taken",
};
const MILD: ReadonlySet<EffectKind> = new Set(["misleads", "lost"]);

/** A stretch of host versions with the same effects. */
interface Stretch {
  readonly name: string;
  /** A version in it. */
  readonly version: string;
  readonly isInUse: boolean;
}

/** True if the effects differ between versions of the host. */
export function hasMatrix(findings: readonly Finding[]): boolean {
  return findings.some(({ effects }) => effects.some(({ hosts }) => hosts !== undefined));
}

/** Who takes, refuses or misreads the conversation, by version of the host. */
export function matrix(
  findings: readonly Finding[],
  host: string,
  inUse: string | null,
  label: string,
): Markup {
  const effects = findings.flatMap((finding) => finding.effects);
  const stretches = stretchesOf(effects, inUse);
  const targets = [...new Set(effects.map(({ target }) => target))];
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table class="matrix"><caption>By version of ${host}</caption><thead><tr><td></td>${stretches.map(({ name, isInUse }) => html`<th scope="col"${isInUse ? html` class="in-use"` : html``}>${name}${isInUse ? html` <span class="note">in use</span>` : html``}</th>`)}</tr></thead><tbody>${targets.map((target) => html`<tr><th scope="row">${target}</th>${stretches.map((stretch) => cell(effects, target, stretch))}</tr>`)}</tbody></table></div>
`;
}

function cell(effects: readonly Effect[], target: string, { version, isInUse }: Stretch): Markup {
  const here = effects.filter((effect) => effect.target === target && happensAt(effect, version));
  const worst = WORST_FIRST.find((kind) => here.some(({ effect }) => effect === kind)) ?? "cosmetic";
  const look = worst === "cosmetic" ? "well" : MILD.has(worst) ? "limping" : "dead";
  const word = worst === "cosmetic" && !providerById(target) ? "fine" : WORDS[worst];
  return html`<td class="${look}${isInUse ? " in-use" : ""}">${word}</td>`;
}

/** The stretches between the versions at which an effect begins or ends. */
function stretchesOf(effects: readonly Effect[], inUse: string | null): Stretch[] {
  const bounds = [
    ...new Set(
      effects.flatMap(({ hosts = "" }) =>
        [...hosts.matchAll(/\b\d{1,9}\.\d{1,9}\.\d{1,9}[\w.+-]{0,40}/g)].map(([one]) => one),
      ),
    ),
  ].sort(compare);
  const starts = ["0.0.0", ...bounds];
  return starts.map((version, at) => {
    const next = starts[at + 1];
    const isInUse =
      inUse !== null && compare(inUse, version) >= 0 && (next === undefined || compare(inUse, next) < 0);
    const name = at === 0 ? `before ${next}` : `from ${version}`;
    return { name, version, isInUse };
  });
}
