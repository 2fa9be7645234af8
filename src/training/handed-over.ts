/** Gives a value to whoever asks first, and holds it no longer: large ones are not to be in memory twice. */
export function handedOver<T>(value: T): () => T {
  const held = [value];
  return () => {
    if (held.length === 0) throw new Error("the value has been handed over already");
    return held.pop() as T;
  };
}
