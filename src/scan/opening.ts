import satisfies from "semver/functions/satisfies.js";
import type { Effect, Finding } from "../model/report.js";
import type { Host } from "../stores/host.js";

/** True if the effect happens on this version of the host. */
export function happensAt({ hosts }: Pick<Effect, "hosts">, hostVersion: string): boolean {
  return hosts === undefined || satisfies(hostVersion, hosts, { includePrerelease: true });
}

/** True if this version of the host cannot open the conversation at all. */
export function cannotOpen(
  findings: readonly Finding[],
  host: Pick<Host, "id"> | null,
  hostVersion: string,
): boolean {
  return findings.some(({ effects }) =>
    effects.some(
      (effect) =>
        effect.effect === "unreadable" && effect.target === host?.id && happensAt(effect, hostVersion),
    ),
  );
}
