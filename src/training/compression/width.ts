import { InterpBenchError } from "../../errors/index.ts";

/** How wide something becomes: so wide, or such a share of what it was; by default as wide as it was. */
export interface WidthChoice {
  readonly width?: number | undefined;
  readonly ratio?: number | undefined;
}

/**
 * The width that is chosen, `max(1, ⌊ratio · original⌋)` for a ratio.
 *
 * Throws `E_OPTION`, `at` the option's name, for both a width and a ratio, and for a width that is no
 * compression.
 */
export function compressedWidth(
  original: number,
  { width, ratio }: WidthChoice,
  at: string,
): number {
  if (width !== undefined && ratio !== undefined) {
    throw new InterpBenchError("E_OPTION", "two widths are asked for", {
      at,
      expected: "a width or a ratio",
      received: `${width} and ${ratio}`,
    });
  }
  const chosen = width ?? Math.max(1, Math.floor((ratio ?? 1) * original));
  if (chosen <= original) return chosen;
  throw new InterpBenchError("E_OPTION", "this is no compression", {
    at,
    expected: `at most ${original}, as in the compiled transformer`,
    received: String(chosen),
  });
}
