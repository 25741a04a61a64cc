/** An error text of a provider or host. `rules: []`: nothing stored shows the cause, and `advice` says what helps. */
export interface KnownError {
  readonly pattern: RegExp;
  readonly from: string;
  readonly rules: readonly string[];
  readonly advice?: string;
}
