/**
 * Makes a function that computes a value once for each object. The value is stored in a hidden property of the object, so
 * that both are freed together: with a WeakMap, a scan of a damaged database takes a sixth longer and needs more than the
 * 200 MB that it may use.
 */
export function once<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const place = Symbol();
  return (key) => {
    const kept = (key as { [place]?: Value })[place];
    if (kept !== undefined) return kept;
    const value = compute(key);
    Object.defineProperty(key, place, { value });
    return value;
  };
}
