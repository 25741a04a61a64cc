/** Where pi's reading of a session and its requests changed, by its change log and by measuring. */
export type PiFeatures = {
  /** A file that is no session is refused; before, a new session was written over it (#6002). */
  readonly keepsForeignFile: boolean;
  /** A message without content is passed over; before, the start crashed (#6343). */
  readonly takesNoContent: boolean;
  /** `context_edit` entries change what the model is shown. */
  readonly editsContext: boolean;
  /** Thinking of another model is left out; before, it was sent as text. */
  readonly dropsForeignThinking: boolean;
};

const generation = (since: string, until: string | null, level: number) => ({
  since,
  until,
  features: {
    keepsForeignFile: level > 0,
    takesNoContent: level > 1,
    editsContext: level > 2,
    dropsForeignThinking: level > 3,
  },
});

export const GENERATIONS = [
  generation("0.49.0", "0.80.3", 0),
  generation("0.80.3", "0.80.4", 1),
  generation("0.80.4", "0.87.0", 2),
  generation("0.87.0", "1.3.0", 3),
  generation("1.3.0", null, 4),
];
export const NEWEST = "1.6.0";
