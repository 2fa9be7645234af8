import { unknownNameError } from "../../errors/index.ts";
import type { Ablation } from "./ablation.ts";
import { mean } from "./mean.ts";
import { meanPositional } from "./mean-positional.ts";
import { optimal } from "./optimal.ts";
import { resample } from "./resample.ts";
import { zero } from "./zero.ts";

const ABLATIONS: readonly Ablation[] = Object.freeze([
  resample,
  zero,
  mean,
  meanPositional,
  optimal,
]);

/** All ablations with a name, in the order in which they are listed; the first is the default. */
export function allAblations(): readonly Ablation[] {
  return ABLATIONS;
}

/** The ablation of a name; one that is given as it is stays. Throws `E_ABLATION`, with the nearest names. */
export function getAblation(ablation: string | Ablation): Ablation {
  if (typeof ablation !== "string") return ablation;
  const found = ABLATIONS.find(({ name }) => name === ablation);
  if (found !== undefined) return found;
  const names = ABLATIONS.map(({ name }) => name);
  throw unknownNameError("E_ABLATION", "ablation", ablation, names);
}
