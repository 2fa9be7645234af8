import type { Node } from "../circuit/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import { compileCase, compiledIfAny } from "./compile-case.ts";
import { correspondence } from "./correspondence.ts";
import type { Dataset } from "./dataset.ts";
import { functionEffects } from "./functions/effects.ts";
import type { LowLevelOptions } from "./low-level.ts";
import { programEffects } from "./program-effects.ts";

/**
 * The nodes of the truth that exchanging inputs of a dataset cannot show, because each of their
 * variables
 *
 * - has one value at each position on every input, such as variables made of positions and of the
 *   length alone on inputs of one length, or
 * - is read only where its value makes no difference: with factor 0, by a function or a predicate
 *   that ignores it, or by nodes that nobody reads either.
 *
 * A trained model is not forced to use these nodes, and no method that takes activations from another
 * input can find them: they bound its recall.
 *
 * @returns nodes as in {@link correspondence}: `attn.hook_result` with a head, or `mlp.hook_post`
 */
export function silentNodes(
  case_: Case,
  { inputs }: Pick<Dataset, "inputs">,
  options: LowLevelOptions = {},
  compiled: CompiledProgram | undefined = compiledIfAny(case_),
): readonly Node[] {
  const shows =
    case_.kind === "rasp"
      ? programEffects(compiled ?? compileCase(case_), inputs)
      : functionEffects(case_, inputs);
  const nodes = new Map<string, { readonly node: Node; isSilent: boolean }>();
  for (const { label, ll } of correspondence(case_, options, compiled)) {
    const isSilent = !shows(label.replace(/_selector_width_attn_output$/, ""));
    for (const node of ll) {
      const key = `${node.hook}[${node.head}]`;
      nodes.set(key, { node, isSilent: (nodes.get(key)?.isSilent ?? true) && isSilent });
    }
  }
  return [...nodes.values()].filter(({ isSilent }) => isSilent).map(({ node }) => node);
}
