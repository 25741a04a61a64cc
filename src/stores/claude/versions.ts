/** Where Claude Code's reading of a transcript changed. Only the newest version was measured; the others are reported. */
export type ClaudeFeatures = {
  /** From a row whose parent is not there the way goes on with the row before it; before, all before it was lost. */
  readonly bridgesParents: boolean;
  /** An assistant row without a message is passed over; before, the resume failed. */
  readonly takesNoMessage: boolean;
};

const generation = (since: string, until: string | null, isNew: boolean) => ({
  since,
  until,
  features: { bridgesParents: isNew, takesNoMessage: isNew },
});

export const NEWEST = "2.1.332";
export const GENERATIONS = [generation("1.0.0", NEWEST, false), generation(NEWEST, null, true)];
