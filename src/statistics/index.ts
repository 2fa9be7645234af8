/**
 * @file Statistics of numbers, whatever they measure: intervals by resampling and of shares, and comparisons of
 * several methods on the same items.
 *
 * May import: errors, rng. Portable. Comparisons follow Demšar 2006, Statistical Comparisons of Classifiers over
 * Multiple Data Sets.
 */
export { exactInterval } from "./binomial.ts";
export {
  type Bootstrap,
  type BootstrapOptions,
  type BootstrapStatistics,
  bootstrapInterval,
  bootstrapIntervals,
  nestedInterval,
  quantile,
  startBootstrap,
} from "./bootstrap.ts";
export { EQUAL } from "./equal.ts";
export { type EquivalenceTest, equivalenceTest } from "./equivalence.ts";
export { friedmanTest, type MeanRanks, nemenyiConstant } from "./friedman.ts";
export { holm } from "./holm.ts";
export { type IndependenceTest, independenceTest } from "./independence.ts";
export { type Interval, shareInterval } from "./interval.ts";
export { averageRanks } from "./ranks.ts";
export { meanOf, type Summary, summarize } from "./summary.ts";
export { varghaDelaney } from "./vargha-delaney.ts";
export { type SignedRank, signedRankTest } from "./wilcoxon.ts";
