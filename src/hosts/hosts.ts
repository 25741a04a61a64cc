import gte from "semver/functions/gte.js";
import valid from "semver/functions/valid.js";
import type { Store } from "../model/conversation.js";
import type { HostGeneration } from "../stores/host.js";
import { INSTATIC_GENERATIONS, INSTATIC_NEWEST } from "../stores/instatic/replay.js";
import { GENERATIONS, NEWEST_KNOWN } from "../stores/opencode/replay/versions.js";

/** The hosts that write each store: how their replay changed over time, and their newest known version. */
export const HOSTS: Readonly<Record<Store, { generations: readonly HostGeneration[]; newest: string }>> = {
  opencode: { generations: GENERATIONS, newest: NEWEST_KNOWN },
  instatic: { generations: INSTATIC_GENERATIONS, newest: INSTATIC_NEWEST },
  request: { generations: [], newest: "0.0.0" },
};

/** A version that a file records, where it is one; anything may stand in an export. */
export function recordedVersion(version: unknown): string | null {
  return typeof version === "string" ? valid(version) : null;
}

/** The generation that a version belongs to; versions before the first known one replay like it. */
export function generationOf(store: Store, version: string): HostGeneration | null {
  const { generations } = HOSTS[store];
  return generations.findLast(({ since }) => gte(version, since)) ?? generations[0] ?? null;
}
