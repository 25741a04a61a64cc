import { parseJson } from "../../src/model/json.js";
import type { Finding } from "../../src/model/report.js";
import { scanLines } from "../../src/scan/lines.js";
import { type LineFixture, NOW, opened, operationsOf, placeLines, planned } from "../support/lines.js";
import { changesOf, shown } from "./changes.js";

/** A fixture of lines as an example: its finding, and what the repair changes. */
export interface LineExample {
  readonly finding: Finding;
  readonly hostVersion: string | null;
  readonly lines: readonly string[];
}

/** @throws Error where the fixture's own rule finds nothing */
export function lineExample(
  { name, rule, store, severity, bytes }: LineFixture,
  folder: string,
): LineExample {
  const path = placeLines(folder, store, bytes);
  const { input, findings } = scanLines(opened(path), { now: NOW });
  const finding = [...findings].find((one) => one.rule === rule && one.severity === severity);
  if (!finding) throw new Error(`${name}: ${rule} is not found`);
  const change = operationsOf(planned(path)).flatMap(({ kind, id, at, size, text }) => {
    const before = bytes.subarray(at, at + size).toString("utf8");
    if (kind === "insert") return [`+ line ${id} ${told(text)}`];
    if (kind === "delete") return [`- line ${id} ${told(before)}`];
    const [was, is] = [parseJson(before), parseJson(text)];
    if (was === undefined || is === undefined)
      return [`- line ${id} ${told(before)}`, `+ line ${id} ${told(text)}`];
    const changes = changesOf(was, is, "$").map((line) => line.replace(/^([-+])/, "$1  "));
    return [`  line ${id}`, ...(changes.length > 0 ? changes : ["   the byte order mark goes"])];
  });
  return {
    finding,
    hostVersion: input.hostVersion,
    lines: change.length > 0 ? change : untouched(finding, bytes),
  };
}

/** The line that a finding names, where nothing changes it. */
function untouched({ location }: Finding, bytes: Buffer): string[] {
  const line = bytes.toString("utf8").split("\n")[(location?.line ?? 1) - 1] ?? "";
  return [`  line ${location?.line ?? 1} ${told(line)}`];
}

const LONGEST = 160;

function told(text: string): string {
  const value = parseJson(text.trim());
  if (value !== undefined) return shown(value);
  const bare = text.replaceAll("\0", "␀");
  return bare.length > LONGEST ? `${bare.slice(0, LONGEST)}…` : bare.trimEnd();
}
