import type { Finding, ReportStream, SessionNote } from "../../src/model/report.js";
import { TOOL } from "../../src/version.js";

/** The time of the reports. */
export const NOW = Date.parse("2026-11-21T12:00:00Z");

const RULES = [
  "duplicate-tool-call-id",
  "future-timestamp",
  "stored-format",
  "invalid-part",
  "missing-step-boundary",
];

export function finding(at: number, severity: Finding["severity"]): Finding {
  return {
    rule: RULES[at % RULES.length] ?? "",
    severity,
    input: "/home/dev/opencode.db",
    session: `ses_e0331f65cffe${String(at).padStart(6, "0")}`,
    evidence: {},
    effects: [{ target: "anthropic", effect: "rejected" }],
    repair: { safety: at % 7 === 0 ? "unsafe" : "safe" },
    fingerprint: `${at}`,
  };
}

/** A database of 323 conversations, of which some are damaged. */
export function report(errors: number, warnings: number): ReportStream {
  const findings = [
    ...Array.from({ length: errors }, (_, at) => finding(at, "error")),
    ...Array.from({ length: warnings }, (_, at) => finding(errors + at, "warning")),
  ];
  const sessions = findings.map(
    ({ session }, at): SessionNote => ({
      id: session ?? "",
      folder: "a-rather-long-folder-name",
      updated: NOW - at * 3_600_000,
      size: 1000,
      messages: 10 + at,
    }),
  );
  return {
    schemaVersion: 1,
    tool: TOOL,
    incomplete: false,
    inputs: [
      {
        path: "/home/dev/opencode.db",
        kind: "opencode",
        hostVersion: "1.18.34",
        hostVersionFrom: "file",
        status: "ok",
        counts: { sessions: 323, messages: 9000, parts: 40_000 },
        sessions,
        gone: [{ directory: "/home/dev/src/old-worktree", sessions: 14 }],
        holders: [{ pid: 4121, name: "opencode" }],
      },
    ],
    summary: { error: errors, warning: warnings, info: 0, sessionsAffected: findings.length, unread: 0 },
    findings,
  };
}
