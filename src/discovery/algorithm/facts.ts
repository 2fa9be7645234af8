/**
 * How far an algorithm can be trusted. `verified`: its numbers equal the original's on the named
 * cases, or by what it was checked, which a test holds it to. `experimental`: implemented from its
 * paper. `baseline`: something to compare others with.
 */
export interface Maturity {
  readonly tier: "verified" | "experimental" | "baseline";
  /** Ids of the cases on which its numbers are the original's. */
  readonly verifiedOn: readonly string[];
  /** What else its numbers were compared with: `the scores of the EAP-IG library`. Default: nothing. */
  readonly checkedBy?: readonly string[];
}

/** Where an algorithm was published. */
export interface Reference {
  readonly text: string;
  readonly url: string;
}

/**
 * What an algorithm costs, in passes over all rows before any circuit is measured: a formula in E (edges), H
 * (heads of all blocks), B (blocks), and options in `backticks`.
 */
export interface Cost {
  readonly forward: string;
  readonly backward: string;
  /** What else there is to say: passes over a part of the transformer, work besides. */
  readonly note?: string;
}

/** How far an algorithm can be trusted, in words: `verified against the original on cases 3, 4`. */
export function maturityText({ tier, verifiedOn, checkedBy = [] }: Maturity): string {
  const against = [
    ...(verifiedOn.length === 0 ? [] : [`the original on cases ${verifiedOn.join(", ")}`]),
    ...checkedBy,
  ];
  if (against.length === 0) return tier;
  return `${tier} against ${against.join(" and ")}`;
}
