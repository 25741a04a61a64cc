/**
 * Error text of a provider or host. `rules: []`: no stored row shows the cause; `advice` then tells the user how to go
 * on.
 */
export interface KnownError {
  /** Runs in linear time: no wildcard without a bound. */
  readonly pattern: RegExp;
  readonly from: string;
  readonly rules: readonly string[];
  readonly advice?: string;
}
