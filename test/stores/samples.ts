/** A file of lines with one damage that a default repair mends, for each store of the list. */
const SAMPLES: Readonly<Record<string, () => { readonly text: string; readonly rule: string }>> = {
  toy: () => ({
    rule: "orphan-tool-result",
    text: [
      '{"toy":"user","says":[{"text":"hi"}]}',
      '{"toy":"assistant","says":[{"call":"look","id":"c1","with":{"a":1.0}}]}',
      '{"toy":"tool","says":[{"answer":"seen","to":"c1"},{"answer":"stray","to":"c9"}]}',
      '{"toy":"tool","says":[{"answer":"lost","to":"c8"}]}',
      '{"toy":"user","says":[{"text":"and?"}]}',
      "",
    ].join("\n"),
  }),
};

/** @throws Error where a store of lines has no sample: add one */
export function damagedLines(store: string): { readonly text: string; readonly rule: string } {
  const sample = SAMPLES[store];
  if (!sample) throw new Error(`no damaged sample of the store ${store} in test/stores/samples.ts`);
  return sample();
}
