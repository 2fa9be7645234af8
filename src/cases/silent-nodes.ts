import type { Node } from "../circuit/index.ts";
import { isSelector, type RaspValue, valueKey } from "../rasp/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import { type Case, PAD } from "./case.ts";
import { compileCase } from "./compile-case.ts";
import { correspondence } from "./correspondence.ts";
import type { Dataset } from "./dataset.ts";
import { readProgram } from "./evaluate-case.ts";
import type { LowLevelOptions } from "./low-level.ts";

/**
 * The nodes of the truth that exchanging inputs of a dataset cannot show: at each position, all
 * their variables have one value on every input.
 *
 * Such are, on inputs of one length, variables made of positions and of the length alone. A trained
 * model is not forced to use these nodes, and no method that takes activations from another input
 * can find them: they bound its recall.
 *
 * @returns nodes as in {@link correspondence}: `attn.hook_result` with a head, or `mlp.hook_post`
 */
export function silentNodes(
  case_: Case,
  { inputs }: Pick<Dataset, "inputs">,
  options: LowLevelOptions = {},
  compiled: CompiledProgram = compileCase(case_),
): readonly Node[] {
  const constant = constantVariables(compiled, inputs);
  const nodes = new Map<string, { readonly node: Node; isSilent: boolean }>();
  for (const { label, ll } of correspondence(case_, options, compiled)) {
    const isConstant = constant.has(label.replace(/_selector_width_attn_output$/, ""));
    for (const node of ll) {
      const key = `${node.hook}[${node.head}]`;
      const isSilent = (nodes.get(key)?.isSilent ?? true) && isConstant;
      nodes.set(key, { node, isSilent });
    }
  }
  return [...nodes.values()].filter(({ isSilent }) => isSilent).map(({ node }) => node);
}

/** The labels of expressions that have one value at each position, whatever the input. */
function constantVariables(
  { program, graph, settings }: CompiledProgram,
  inputs: readonly (readonly RaspValue[])[],
): ReadonlySet<string> {
  const read = readProgram({ program: () => program, causal: settings.causal });
  const constant = new Set(graph.nodes.keys());
  const known = new Map<string, ReturnType<typeof valueKey>>();
  for (const input of inputs) {
    const { sequences } = read.trace(input.slice(1).filter((token) => token !== PAD));
    for (const { label, expression } of graph.nodes.values()) {
      if (isSelector(expression)) continue;
      for (const [position, value] of sequences.get(expression)!.entries()) {
        const place = `${label} ${position}`;
        if (!known.has(place)) known.set(place, valueKey(value));
        else if (known.get(place) !== valueKey(value)) constant.delete(label);
      }
    }
  }
  return constant;
}
