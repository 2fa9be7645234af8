import type { Node, NodeCorrespondence } from "../circuit/index.ts";
import { formatNode } from "../circuit/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Case } from "./case.ts";
import { compileCase } from "./compile-case.ts";
import { functionVariables } from "./functions/function-model.ts";
import type { LowLevelOptions } from "./low-level.ts";
import { compiledVariables, nodeAt } from "./places.ts";

/**
 * A variable of a case, the node of its causal model that holds it, and which places of the
 * transformer to be trained implement it.
 *
 * Places, and nodes of compiled transformers, are `blocks.l.attn.hook_result` with a head, or
 * `blocks.l.mlp.hook_post` with `head: null`: the activations that training exchanges between inputs.
 * A variable that is a function is a node of its name.
 */
export interface CorrespondenceEntry {
  readonly hl: Node;
  /** The name of the directions written there, such as `frac_prevs_1`. */
  readonly label: string;
  readonly ll: readonly Node[];
}

/** All variables of a case, in order of execution. One place may hold several variables. */
export type Correspondence = readonly CorrespondenceEntry[];

/**
 * Which nodes of the transformer to be trained implement which variables.
 *
 * One entry for each variable that is a function, or that a head or MLP of the compiled transformer writes; a selector
 * width has two, for its head (`…_selector_width_attn_output`) and its MLP. The places are those of the compiled
 * transformer, unless the case names others; `sameSize` ignores what it names.
 *
 * Layers are counted as the compiled transformer does, so that consecutive attention blocks are
 * consecutive layers.
 *
 * Whether places contradict the program is looked at where a case is defined (`defineCase`) or read from a file.
 *
 * @throws InterpBenchError `E_CASE` if the case names places for some variables only, or for a
 *   variable that is held in several places
 */
export function correspondence(
  case_: Case,
  { sameSize = false }: LowLevelOptions = {},
  compiled?: Pick<CompiledProgram, "wiring">,
): Correspondence {
  const held =
    case_.kind === "rasp"
      ? compiledVariables(compiled ?? compileCase(case_))
      : functionVariables(case_);
  const places = sameSize && case_.kind === "rasp" ? undefined : case_.places;
  if (places === undefined) {
    return held.map(({ node, label }) => Object.freeze({ hl: node, label, ll: [node] }));
  }
  assertComplete(
    case_.id,
    places,
    held.map(({ label }) => label),
  );
  return held.map(({ node, label }) =>
    Object.freeze({ hl: node, label, ll: places[label]!.map(nodeAt) }),
  );
}

function assertComplete(
  id: string,
  places: NonNullable<Case["places"]>,
  labels: readonly string[],
): void {
  const listed = Object.keys(places);
  const isComplete = [...listed].sort().join() === [...labels].sort().join();
  const areFilled = Object.values(places).every((list) => list.length > 0);
  if (isComplete && areFilled) return;
  throw new InterpBenchError("E_CASE", `the places of case "${id}" do not fit its program`, {
    at: "places",
    expected: `at least one place for each of ${labels.join(", ")}`,
    received: listed.join(", ") || "none",
  });
}

/**
 * The correspondence between nodes of circuits at head granularity, as ground truth needs it: MLPs
 * go by what they write (`blocks.l.hook_mlp_out`), not by their neurons.
 */
export function nodeCorrespondence(entries: Correspondence): NodeCorrespondence {
  const places = new Map<string, Set<string>>();
  for (const { hl, ll } of entries) {
    const key = circuitNode(hl);
    places.set(key, new Set([...(places.get(key) ?? []), ...ll.map(circuitNode)]));
  }
  return new Map([...places].map(([key, nodes]) => [key, [...nodes]]));
}

function circuitNode({ hook, head }: Node): string {
  return formatNode({ hook: hook.replace(/\.mlp\.hook_post$/, ".hook_mlp_out"), head });
}
