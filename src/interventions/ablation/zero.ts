import { sizeOf } from "../../engine/index.ts";
import { hookShape } from "../../transformer/index.ts";
import type { ConstantAblation } from "./ablation.ts";

/** Nothing at all: 0 in every dimension. Biases of attention layers belong to no node and stay. */
export const zero: ConstantAblation = {
  name: "zero",
  summary: "0",
  needsCorrupted: false,
  kind: "constant",
  carry: ({ transformer: { config }, positions }, hooks) =>
    new Map(
      hooks.map((hook) => [hook, new Float64Array(sizeOf(hookShape(config, hook, positions)))]),
    ),
};
