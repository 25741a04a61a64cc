import type { Finding, Findings } from "./report.js";

/** Joins lists of findings into one list. */
export function joined(lists: readonly Findings[]): Findings {
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** The findings of the list that pass the test. Its length is counted each time it is asked for. */
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
