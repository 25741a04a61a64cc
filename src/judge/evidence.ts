import type { Conversation } from "../model/conversation.js";
import type { Finding } from "../model/report.js";

/**
 * Links each recorded refusal to the nearest earlier finding that explains it, with the time between the two. Findings that
 * are linked are copies.
 */
export function linkRejections(conversation: Conversation, found: Finding[]): Finding[] {
  if (!found.some(isRejection)) return found;
  const times = rowTimes(conversation);
  const findings = found.map((finding) => ({ ...finding, evidence: { ...finding.evidence } }));
  for (const rejection of findings.filter(isRejection)) {
    const points = rejection.evidence.points as string[];
    // A recording has no times: its refusal is of the request as it stands there.
    const at = rejection.evidence.at as number | null;
    const causes = findings
      .filter((finding) => points.includes(finding.rule) && finding !== rejection)
      .map((finding) => ({
        finding,
        afterMs: at === null ? 0 : at - (times.get(finding.part ?? finding.message ?? "") ?? at),
      }))
      .filter(({ afterMs }) => afterMs >= 0)
      .sort((one, other) => one.afterMs - other.afterMs);
    const cause = causes[0];
    if (!cause) continue;
    rejection.evidence.explainedBy = cause.finding.fingerprint;
    rejection.evidence.afterMs = cause.afterMs;
    const known = (cause.finding.evidence.rejections ?? []) as unknown[];
    cause.finding.evidence.rejections = [...known, { message: rejection.message, afterMs: cause.afterMs }];
  }
  return findings;
}

function isRejection({ rule }: Finding): boolean {
  return rule === "recorded-rejection";
}

function rowTimes(conversation: Conversation): Map<string, number> {
  const times = new Map<string, number>();
  for (const message of conversation.messages) {
    if (message.row.created !== null) times.set(message.row.id, message.row.created);
    for (const { row } of message.blocks) if (row.created !== null) times.set(row.id, row.created);
  }
  return times;
}
