import type { Finding, Findings } from "./report.js";

/** The lists one behind the other. */
export function joined(lists: readonly Findings[]): Findings {
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** Those of the list that pass; its length is a walk through it. */
export function only(findings: Findings, test: (finding: Finding) => boolean): Findings {
  return {
    get length() {
      let length = 0;
      for (const finding of findings) if (test(finding)) length++;
      return length;
    },
    *[Symbol.iterator]() {
      for (const finding of findings) if (test(finding)) yield finding;
    },
  };
}

export function firstOf(findings: Findings, test: (finding: Finding) => boolean): Finding | undefined {
  for (const finding of findings) if (test(finding)) return finding;
  return undefined;
}
