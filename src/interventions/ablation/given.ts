import { formatShape, sizeOf } from "../../engine/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { hookShape } from "../../transformer/index.ts";
import type { ConstantActivations } from "../means.ts";
import type { ConstantAblation } from "./ablation.ts";

/**
 * Values of one's own, `[pos, …]` by hook point: means over other data, constants that were learnt.
 *
 * Where it is used it throws `E_ABLATION` for a hook point without values, and for values of another
 * size or that are not finite.
 */
export function given(activations: ConstantActivations): ConstantAblation {
  return {
    name: "given",
    summary: "a given value",
    needsCorrupted: false,
    kind: "constant",
    carry: ({ transformer: { config }, positions }, hooks) =>
      new Map(
        hooks.map((hook) => {
          const values = activations.get(hook);
          if (values === undefined) {
            const known = activations.keys();
            throw unknownNameError("E_ABLATION", "given value for the hook point", hook, known);
          }
          const shape = hookShape(config, hook, positions);
          if (values.length !== sizeOf(shape) || !values.every(Number.isFinite)) {
            throw new InterpBenchError(
              "E_ABLATION",
              "the values given for a hook point do not fit",
              {
                at: hook,
                expected: `${sizeOf(shape)} finite numbers, ${formatShape(shape)}`,
                received:
                  values.length === sizeOf(shape) ? "NaN or infinity" : `${values.length} numbers`,
              },
            );
          }
          return [hook, values];
        }),
      ),
  };
}
