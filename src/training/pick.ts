/** `values[at[i]]` for each i: `at.map(…)`, but many times as fast. */
export function pick(values: Uint32Array, at: Uint32Array): Uint32Array {
  const picked = new Uint32Array(at.length);
  for (let i = 0; i < at.length; i++) picked[i] = values[at[i]!]!;
  return picked;
}
