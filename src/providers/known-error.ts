/** Error text of a provider or host. `rules: []` means that no stored row shows the cause; `advice` then says what helps. */
export interface KnownError {
  /** Runs in linear time: no wildcard without a bound. */
  readonly pattern: RegExp;
  readonly from: string;
  readonly rules: readonly string[];
  readonly advice?: string;
}
