import {
  type Finding,
  type InputReport,
  type Report,
  SEVERITIES,
  type SessionNote,
  type Shards,
} from "../model/report.js";
import { isObject } from "../model/text.js";

/** Guards for reports that are read back. They test the members that a merge and the reporters look at. */

export function isFinding(value: unknown): value is Finding {
  return (
    isObject(value) &&
    typeof value.rule === "string" &&
    SEVERITIES.some((severity) => severity === value.severity) &&
    typeof value.input === "string" &&
    (value.session === null || typeof value.session === "string") &&
    isObject(value.evidence) &&
    Array.isArray(value.effects) &&
    value.effects.every((one) => isObject(one) && typeof one.target === "string") &&
    isObject(value.repair) &&
    typeof value.fingerprint === "string"
  );
}

export function isNote(value: unknown): value is SessionNote {
  return isObject(value) && typeof value.id === "string" && typeof value.messages === "number";
}

export function isInput(value: unknown): value is InputReport {
  return (
    isObject(value) &&
    typeof value.path === "string" &&
    typeof value.kind === "string" &&
    typeof value.status === "string" &&
    isObject(value.counts) &&
    (value.error === undefined || (isObject(value.error) && typeof value.error.message === "string")) &&
    (value.sessions === undefined || (Array.isArray(value.sessions) && value.sessions.every(isNote)))
  );
}

/** True for a report but for its inputs and findings. */
export function isHead(value: unknown): value is Omit<Report, "inputs" | "findings"> {
  if (!isObject(value) || typeof value.incomplete !== "boolean" || !isObject(value.summary)) return false;
  const { summary, shards, skipped = 0, skippedFiles = [], accepted = 0 } = value;
  return (
    [...SEVERITIES, "sessionsAffected"].every((key) => typeof summary[key] === "number") &&
    (shards === undefined || isShards(shards)) &&
    typeof skipped === "number" &&
    typeof accepted === "number" &&
    Array.isArray(skippedFiles)
  );
}

export function isReport(value: unknown): value is Report {
  return (
    isHead(value) &&
    "inputs" in value &&
    Array.isArray(value.inputs) &&
    value.inputs.every(isInput) &&
    "findings" in value &&
    Array.isArray(value.findings) &&
    value.findings.every(isFinding)
  );
}

export function isShards(value: unknown): value is Shards {
  return (
    isObject(value) &&
    typeof value.of === "number" &&
    Array.isArray(value.has) &&
    value.has.every((index) => typeof index === "number")
  );
}
