/**
 * The same computation for many versions. Most changes of a host do not affect most conversations, so that an earlier
 * result holds where all features that its computation asked for are the same. A result must not ask for any later on, and
 * a computation asks for a feature only where the conversation depends on it: a parameter that takes it out always asks.
 */
export function perVersion<Input, Result, Features extends Readonly<Record<string, boolean>>>(
  compute: (input: Input, features: Features) => Result,
): (input: Input, features: Features) => Result {
  const known: { input: Input; asked: readonly Asked<Features>[]; result: Result }[] = [];
  return (input, features) => {
    for (const before of known)
      if (before.input === input && isSame(before.asked, features)) return before.result;
    const asked = new Map<keyof Features, boolean>();
    const watched = new Proxy(features, {
      get(target, name: Extract<keyof Features, string>) {
        const value = target[name] ?? false;
        asked.set(name, value);
        return value;
      },
    });
    const result = compute(input, watched);
    known.push({ input, asked: [...asked], result });
    return result;
  };
}

type Asked<Features> = readonly [name: keyof Features, value: boolean];

function isSame<Features extends Readonly<Record<string, boolean>>>(
  asked: readonly Asked<Features>[],
  features: Features,
): boolean {
  for (const [name, value] of asked) if ((features[name] ?? false) !== value) return false;
  return true;
}
