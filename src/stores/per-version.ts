/**
 * The same computation for many versions. Most changes of a host do not affect most conversations, so that an earlier
 * result holds where all features that its computation asked for are the same. A result must not ask for any later on.
 */
export function perVersion<Input, Result, Features extends Readonly<Record<string, boolean>>>(
  compute: (input: Input, features: Features) => Result,
): (input: Input, features: Features) => Result {
  const known: { input: Input; asked: ReadonlyMap<keyof Features, unknown>; result: Result }[] = [];
  return (input, features) => {
    const before = known.find(
      (one) => one.input === input && [...one.asked].every(([name, value]) => features[name] === value),
    );
    if (before) return before.result;
    const asked = new Map<keyof Features, unknown>();
    const watched = new Proxy(features, {
      get(target, name: Extract<keyof Features, string>) {
        asked.set(name, target[name]);
        return target[name];
      },
    });
    const result = compute(input, watched);
    known.push({ input, asked, result });
    return result;
  };
}
