import type { RaspValue } from "../../rasp/index.ts";

/**
 * The ways to rename tokens without changing what can be said of them, `[renaming][token]` in numbers of tokens: of
 * texts every exchange, of numbers, which have an order and can be added, none but the first, which is the
 * identity.
 */
export function renamings(vocab: readonly RaspValue[]): readonly (readonly number[])[] {
  const own = vocab.map((_, i) => i);
  return vocab.every((token) => typeof token === "string") ? permutations(own) : [own];
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first) =>
    permutations(items.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}
