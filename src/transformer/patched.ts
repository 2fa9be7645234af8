import { sampleInput, scalar, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { type Forward, type ForwardOptions, forwardFrom, type ResidualHook } from "./forward.ts";
import { blockHook, type HookName, headAxis, hookShape, parseHookName } from "./hook-names.ts";
import type { Hook } from "./hooks.ts";
import { applySwitch, patchAt } from "./patch.ts";
import { nodeHooks, type SwitchedNode, switchName, switchValues } from "./switched.ts";
import type { NamingOptions, WeightTensors } from "./tensors.ts";

/** Name of the sample input with the unpatched run's value of a hook point: `base:<hook>`. */
export function baseName(hook: HookName, { prefix = "" }: NamingOptions = {}): string {
  return `${prefix}base:${hook}`;
}

/** The hook points at which a pass can be patched, in firing order. */
function patchableHooks(config: TransformerConfig): HookName[] {
  return nodeHooks(config).flatMap((hook) => [
    ...new Set([takenAt(config, hook), hook, writtenAt(config, hook)]),
  ]);
}

/**
 * Where nodes at a hook point write to the residual stream: heads at `attn.hook_result` itself, an
 * MLP at `hook_mlp_out`. Taking that from another run does the same as taking the nodes' own values.
 */
export function writtenAt(config: TransformerConfig, hook: HookName): HookName {
  const { layer } = parseHookName(config, hook);
  return headAxis(hook) === undefined ? blockHook(layer!, "hook_mlp_out") : hook;
}

/**
 * Where another run's values of the nodes at a hook point are the fewest numbers: heads at
 * `attn.hook_z`, from which they write, an MLP at `hook_mlp_out`. On frozen weights, taking nodes from
 * another run there does the same as taking their own values.
 */
export function takenAt(config: TransformerConfig, hook: HookName): HookName {
  const { layer } = parseHookName(config, hook);
  return blockHook(layer!, headAxis(hook) === undefined ? "hook_mlp_out" : "attn.hook_z");
}

/** The hook point of the heads that have values at another one. */
function headsAt(config: TransformerConfig, hook: HookName): HookName {
  return blockHook(parseHookName(config, hook).layer!, "attn.hook_result");
}

/** What a patched pass takes from the unpatched run. */
export interface Restart {
  /** The residual stream at the first patched sublayer. */
  readonly start: ResidualHook;
  /** What that sublayer's nodes write with: known, too, up to the patched point. */
  readonly given: readonly HookName[];
}

/**
 * Where a pass starts that is patched at some hook points: at the first of them. Heads start from
 * `hook_resid_pre` and `attn.hook_z`, an MLP from `hook_resid_mid`; nothing before them differs from
 * the unpatched run. Throws `E_HOOK` unless `at` has at least one of {@link nodeHooks}, their
 * {@link writtenAt} or {@link takenAt}, and nothing else.
 */
export function restartAt(config: TransformerConfig, at: readonly HookName[]): Restart {
  const known = patchableHooks(config);
  const first = known.find((hook) => at.includes(hook));
  const foreign = at.find((hook) => !known.includes(hook));
  if (first === undefined || foreign !== undefined) {
    throw new InterpBenchError("E_HOOK", "only heads and MLPs are nodes that can be patched", {
      expected: `one of ${known.join(", ")}`,
      received: foreign ?? "none",
    });
  }
  const layer = parseHookName(config, first).layer!;
  return headAxis(first) === undefined
    ? { start: blockHook(layer, "hook_resid_mid"), given: [] }
    : { start: blockHook(layer, "hook_resid_pre"), given: [blockHook(layer, "attn.hook_z")] };
}

/** What to capture in the unpatched run for passes that are patched at any of some hook points. */
export function restartPoints(config: TransformerConfig, hooks: readonly HookName[]): HookName[] {
  const restarts = hooks.map((hook) => restartAt(config, [hook]));
  return [...new Set(restarts.flatMap(({ start, given }) => [start, ...given]))];
}

/** Options of {@link patchedForward}. */
export interface PatchedOptions extends Pick<ForwardOptions, "logitsAt"> {
  /** Positions at which nodes take the other values; at all others they keep their own. Default: all. */
  readonly at?: readonly number[] | undefined;
}

/**
 * A pass in which nodes take other values, restarted at the first of them: the very numbers of
 * `switchedForward` with these points on, without computing again what they cannot change.
 *
 * `sources` has the other values, by hook point and of its shape: `attn.hook_z` or `attn.hook_result`
 * for heads, of which the scalar `on:blocks.<layer>.attn.hook_result` `[head]` chooses some (see
 * {@link patchedValues}); `mlp.hook_post` or `hook_mlp_out` for an MLP, which is replaced as a whole.
 * The unpatched run's values at {@link restartAt} are the sample inputs `base:<hook>`.
 */
export function patchedForward(
  config: TransformerConfig,
  weights: WeightTensors,
  positions: number,
  sources: ReadonlyMap<HookName, Tensor>,
  { at, ...options }: PatchedOptions = {},
): Forward {
  const { start, given } = restartAt(config, [...sources.keys()]);
  const base = (hook: HookName) => sampleInput(baseName(hook), hookShape(config, hook, positions));
  const hooks = new Map<HookName, Hook>(given.map((hook) => [hook, () => base(hook)]));
  const taken = (own: Tensor, source: Tensor) =>
    at === undefined ? source : patchAt(own, source, at);
  for (const [hook, source] of sources) {
    if (headAxis(hook) === undefined) {
      hooks.set(hook, (own) => taken(own, source));
      continue;
    }
    const on = scalar(switchName(headsAt(config, hook)), [config.nHeads]);
    const switched = (own: Tensor) => applySwitch(hook, own, { on, source: taken(own, source) });
    hooks.set(hook, given.includes(hook) ? () => switched(base(hook)) : switched);
  }
  return forwardFrom(config, weights, start, base(start), { ...options, hooks });
}

/** Scalars for a run of {@link patchedForward}: 1 for the heads among the patched nodes. */
export function patchedValues(
  config: TransformerConfig,
  nodes: readonly SwitchedNode[],
): Record<string, Float32Array> {
  const heads = nodes.filter(({ hook }) => headAxis(hook) !== undefined);
  return switchValues(config, heads, [...new Set(heads.map(({ hook }) => hook))]);
}
