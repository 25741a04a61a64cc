/**
 * A computation that is done once for each object, and kept at it for as long as the object lives. A WeakMap would keep
 * what it knows of dead objects until the next full collection.
 */
export function once<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const place = Symbol();
  return (key) => {
    const kept = key as { [place]?: Value };
    if (kept[place] === undefined) Object.defineProperty(key, place, { value: compute(key) });
    return kept[place]!;
  };
}
