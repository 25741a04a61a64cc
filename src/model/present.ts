/** Thrown if a value is missing that the code before must have set: a bug of this program. */
export class MissingValueError extends Error {
  override readonly name = "MissingValueError";
}

/** Returns a value that cannot be missing here. @throws MissingValueError */
export function present<Value>(value: Value): NonNullable<Value> {
  if (value === undefined || value === null)
    throw new MissingValueError("a value is missing (internal error)");
  return value;
}

/** Returns the first element of a list that cannot be empty here. @throws MissingValueError */
export function first<Item>(list: readonly Item[]): NonNullable<Item> {
  return present(list[0]);
}
