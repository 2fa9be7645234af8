import {
  add,
  concat,
  einsum,
  expandDims,
  formatShape,
  type Shape,
  sameShape,
  sampleInput,
  scalar,
  sub,
  type Tensor,
  transpose,
} from "../engine/index.ts";
import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import {
  type DestinationHook,
  destinationGroups,
  edgeMaskShapes,
  type SourceHook,
  sourceGroups,
  sourceHooks,
} from "./edges.ts";
import { type Forward, type ForwardOptions, forward } from "./forward.ts";
import { type HookName, hookShape } from "./hook-names.ts";
import { type Hook, mergeHooks } from "./hooks.ts";
import { patchAt } from "./patch.ts";
import type { NamingOptions, WeightTensors } from "./tensors.ts";

/** One mask tensor per destination hook point, shapes as {@link edgeMaskShapes}. */
export type EdgeMasks = ReadonlyMap<DestinationHook, Tensor>;

/** The other run's value of each source hook point, of the hook's shape. */
export type SourcePatches = ReadonlyMap<SourceHook, Tensor>;

/** Name of the scalar input with the mask of a destination: `mask:<hook>`. */
export function maskName(hook: DestinationHook, { prefix = "" }: NamingOptions = {}): string {
  return `${prefix}mask:${hook}`;
}

/** Name of the sample input with the patch of a source: `patch:<hook>`. */
export function patchName(hook: SourceHook, { prefix = "" }: NamingOptions = {}): string {
  return `${prefix}patch:${hook}`;
}

/** New scalar inputs `mask:<hook>` for the masks of all edges. */
export function edgeMaskInputs(config: TransformerConfig, naming: NamingOptions = {}): EdgeMasks {
  return new Map(
    [...edgeMaskShapes(config)].map(([hook, shape]) => [
      hook,
      scalar(maskName(hook, naming), shape),
    ]),
  );
}

/** New sample inputs `patch:<hook>` for the other run's values of all sources. */
export function sourcePatchInputs(
  config: TransformerConfig,
  positions: number,
  naming: NamingOptions = {},
): SourcePatches {
  return new Map(
    sourceHooks(config).map((hook) => [
      hook,
      sampleInput(patchName(hook, naming), hookShape(config, hook, positions)),
    ]),
  );
}

/** What {@link factoredForward} needs besides the options of a forward pass. */
export interface FactoredOptions extends ForwardOptions {
  /** Destinations left out keep all their edges, at no cost. */
  readonly masks: EdgeMasks;
  /** Needed for every source that a masked destination reads. */
  readonly patches: SourcePatches;
  /** Positions at which edges are masked; at all others they are kept. Default: all. */
  readonly maskedAt?: readonly number[] | undefined;
}

function assertTensor(what: string, hook: HookName, tensor: Tensor | undefined, shape: Shape) {
  if (tensor === undefined || !sameShape(tensor.shape, shape)) {
    throw new InterpBenchError("E_SHAPE", `the ${what} of "${hook}" is not usable`, {
      at: hook,
      expected: formatShape(shape),
      received: tensor === undefined ? "nothing" : formatShape(tensor.shape),
    });
  }
  return tensor;
}

/** The masks in firing order, checked. */
function checkedMasks(config: TransformerConfig, masks: EdgeMasks) {
  const shapes = edgeMaskShapes(config);
  for (const hook of masks.keys()) {
    if (!shapes.has(hook)) throw unknownNameError("E_HOOK", "destination", hook, shapes.keys());
  }
  return destinationGroups(config)
    .filter(({ hook }) => masks.has(hook))
    .map((group) => ({
      ...group,
      mask: assertTensor("mask", group.hook, masks.get(group.hook), shapes.get(group.hook)!),
    }));
}

/**
 * The forward pass with a mask on every edge: destination v reads
 * `in(v) = Σ_u m(u,v)·Y(u) + (1 − m(u,v))·P(u) + Σ b_O`, over the sources u of earlier sublayers and
 * the output biases of earlier attentions.
 *
 * Y(u) is the source's value in this pass (itself under the influence of masks further up), P(u)
 * its patch. m = 1 keeps an edge, m = 0 ablates it, anything between mixes; the result is
 * differentiable in the masks. With all masks 1 it equals {@link forward}; with all 0 it gives the
 * logits of the run that the patches were captured in. Masks change only what a destination
 * reads, never the residual stream itself.
 *
 * Hooks and captures see the masked inputs at destinations; hooks on sources act before the edges.
 * Throws `E_SHAPE` for masks and patches that are missing or of the wrong shape, `E_HOOK` for
 * masks on what is not a destination, `E_CONFIG` for a transformer without blocks.
 */
export function factoredForward(
  config: TransformerConfig,
  weights: WeightTensors,
  tokens: Tensor,
  { masks, patches, maskedAt, ...options }: FactoredOptions,
): Forward {
  const positions = tokens.shape[0] ?? 0;
  const masked = checkedMasks(config, masks);
  const needed = Math.max(0, ...masked.map(({ before }) => before));
  let differences: readonly Tensor[] = []; // P − Y of each group so far, [source, pos, dModel]
  let stacked: Tensor | undefined;

  const destinationHooks = masked.map(({ hook, heads, mask }): [HookName, Hook] => [
    hook,
    (input) => {
      stacked ??= concat(differences, 0);
      const spec = heads === undefined ? "s,spd->pd" : "sh,spd->phd";
      return add(input, einsum(spec, sub(1, mask), stacked));
    },
  ]);
  const recording = sourceGroups(config)
    .filter(({ before }) => before < needed)
    .map(({ hook, heads }): [HookName, Hook] => {
      const shape = hookShape(config, hook, positions);
      const patch = assertTensor("patch", hook, patches.get(hook), shape);
      return [
        hook,
        (own) => {
          const other = maskedAt === undefined ? patch : patchAt(own, patch, maskedAt);
          const difference = sub(other, own);
          const group =
            heads === undefined ? expandDims(difference, 0) : transpose(difference, [1, 0, 2]);
          differences = [...differences, group];
          stacked = undefined;
          return undefined;
        },
      ];
    });
  const hooks = mergeHooks(new Map(destinationHooks), options.hooks ?? {}, new Map(recording));
  return forward(config, weights, tokens, { ...options, hooks });
}
