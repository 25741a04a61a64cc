import { isAbsolute, relative } from "node:path";
import { RULEBOOK } from "../judge/rulebook.js";
import type { Finding } from "../model/report.js";
import { withList } from "./json-list.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

const LEVEL = { error: "error", warning: "warning", info: "note" } as const;

/** The brackets that close the run, the list of runs and the log. */
const END = "\n    }\n  ]\n}";

/**
 * Writes SARIF 2.1.0, with the results last, one by one. A row of a database is a logical location in the file; a finding
 * in JSON also has a line and column.
 */
export const sarif: Reporter = function* (report) {
  const rules = RULEBOOK.map(({ rule }) => ({
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.explanation.what },
    help: {
      text: `${rule.explanation.what}\nHow it arises: ${rule.explanation.arises}\nRepair: ${rule.explanation.repair}\nUnknown: ${rule.explanation.unknown}`,
    },
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        columnKind: "utf16CodeUnits",
        tool: { driver: { name: report.tool.name, version: report.tool.version, rules } },
        invocations: [
          {
            executionSuccessful: !report.incomplete,
            toolExecutionNotifications: report.inputs.flatMap(({ path, status, error }) =>
              status !== "ok"
                ? [
                    {
                      level: "error",
                      message: { text: safeText(error?.message ?? status) },
                      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
                    },
                  ]
                : [],
            ),
          },
        ],
        ...(report.shards && { properties: { shards: report.shards } }),
      },
    ],
  };
  yield* withList(log, "results", resultsOf(report.findings), END);
};

function* resultsOf(findings: Iterable<Finding>) {
  for (const finding of findings) yield resultOf(finding);
}

function resultOf(finding: Finding) {
  const place = [finding.session, finding.message, finding.part].filter(
    (id): id is string => id !== undefined && id !== null,
  );
  return {
    ruleId: finding.rule,
    ruleIndex: RULEBOOK.findIndex(({ id }) => id === finding.rule),
    level: LEVEL[finding.severity],
    message: {
      text: safeText(
        [titleOf(finding.rule), effectsSentence(finding), evidenceWords(finding)].filter(Boolean).join(". "),
      ),
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.input) },
          ...(finding.location && {
            region: { startLine: finding.location.line, startColumn: finding.location.column },
          }),
        },
        logicalLocations: [
          { fullyQualifiedName: place.map(safeText).join("/") || safeText(finding.rule), kind: "object" },
        ],
      },
    ],
    partialFingerprints: { "sessionDoctor/v1": finding.fingerprint },
  };
}

/** The path as a URI: relative if it is in the working directory, with special characters encoded. */
function uriOf(path: string): string {
  const inside = isAbsolute(path) ? relative(process.cwd(), path) : path;
  const chosen = inside.startsWith("..") ? path : inside;
  return chosen.toWellFormed().split(/[\\/]/).map(encodeURIComponent).join("/");
}
