/**
 * Makes a function that computes a value once for each object and stores it in a hidden property of the object.
 * (A WeakMap would keep the values of dead objects until the next full garbage collection.)
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
