import { type Case, lowLevelConfig } from "../cases/index.ts";

/** A function of cases that remembers what it gave: cases do not change. */
export function rememberedByCase<T extends object | string>(
  of: (case_: Case) => T,
): (case_: Case) => T {
  const known = new WeakMap<Case, T>();
  return (case_) => {
    const value = known.get(case_) ?? of(case_);
    known.set(case_, value);
    return value;
  };
}

/** The configuration of the transformer that a case is trained as, which asks for its compiled one. */
export const trainedConfig = rememberedByCase((case_) => lowLevelConfig(case_));
