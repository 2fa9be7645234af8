import { sampleInput, scalar, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { type Forward, type ForwardOptions, forward } from "./forward.ts";
import { assertHookName, blockHook, type HookName, headAxis, hookShape } from "./hook-names.ts";
import type { Switch } from "./patch.ts";
import type { NamingOptions, WeightTensors } from "./tensors.ts";

/** The hook points that carry nodes: in each layer the heads (`attn.hook_result`), then `mlp.hook_post`. */
export function nodeHooks(config: TransformerConfig): HookName[] {
  return Array.from({ length: config.nLayers }, (_, layer): HookName[] => [
    blockHook(layer, "attn.hook_result"),
    blockHook(layer, "mlp.hook_post"),
  ]).flat();
}

/** Name of the scalar input that switches a hook point: `on:<hook>`. */
export function switchName(hook: HookName, { prefix = "" }: NamingOptions = {}): string {
  return `${prefix}on:${hook}`;
}

/** Name of the sample input with the other run's value of a hook point: `source:<hook>`. */
export function sourceName(hook: HookName, { prefix = "" }: NamingOptions = {}): string {
  return `${prefix}source:${hook}`;
}

/** Shape of a hook point's switch: `[head]`, or `[]` where it has no heads. Throws `E_HOOK`. */
export function switchShape(config: TransformerConfig, hook: HookName): readonly number[] {
  assertHookName(config, hook);
  return headAxis(hook) === undefined ? [] : [config.nHeads];
}

/**
 * New inputs for switching hook points at run time, one {@link Switch} each:
 * the scalar `on:<hook>` of shape `[head]` (`[]` where the hook has no heads), 0 = own value,
 * 1 = the other run's; and the sample input `source:<hook>` of the hook's shape, e.g. the
 * captured activations of that run. Default points: {@link nodeHooks}.
 */
export function switchInputs(
  config: TransformerConfig,
  positions: number,
  at: readonly HookName[] = nodeHooks(config),
  naming: NamingOptions = {},
): ReadonlyMap<HookName, Switch> {
  return new Map(
    at.map((hook) => [
      hook,
      {
        on: scalar(switchName(hook, naming), switchShape(config, hook)),
        source: sampleInput(sourceName(hook, naming), hookShape(config, hook, positions)),
      },
    ]),
  );
}

/** A hook point, or one head of it. */
export interface SwitchedNode {
  readonly hook: HookName;
  /** `null`: the whole point, every head of it. */
  readonly head: number | null;
}

/**
 * Scalars for a run of {@link switchInputs}: 1 for the nodes of `on`, 0 for all others.
 * Throws `E_HOOK` for a node that has no switch among `at`.
 */
export function switchValues(
  config: TransformerConfig,
  on: Iterable<SwitchedNode>,
  at: readonly HookName[] = nodeHooks(config),
  naming: NamingOptions = {},
): Record<string, Float32Array> {
  const values = new Map(
    at.map((hook) => [hook, new Float32Array(switchShape(config, hook)[0] ?? 1)]),
  );
  for (const { hook, head } of on) {
    const switches = values.get(hook);
    const hasHeads = headAxis(hook) !== undefined;
    if (switches === undefined || (head !== null && !(hasHeads && switches[head] !== undefined))) {
      throw new InterpBenchError("E_HOOK", "the node has no switch", {
        received: head === null ? hook : `${hook}[${head}]`,
        expected: `one of ${at.join(", ")}, heads 0 to ${config.nHeads - 1}`,
      });
    }
    if (head === null) switches.fill(1);
    else switches[head] = 1;
  }
  return Object.fromEntries([...values].map(([hook, v]) => [switchName(hook, naming), v]));
}

/** What {@link switchedForward} adds to the options of a forward pass. */
export interface SwitchedOptions extends Omit<ForwardOptions, "switches">, NamingOptions {
  /** Hook points with a switch. Default: {@link nodeHooks}. */
  readonly at?: readonly HookName[];
}

/** A forward pass with the inputs that switch it. */
export interface SwitchedForward extends Forward {
  readonly switches: ReadonlyMap<HookName, Switch>;
}

/**
 * A forward pass in which every node can be taken from another run, chosen at run time: which node
 * is patched is a scalar, so another choice needs no new program.
 *
 * Heads cost one contraction over `[pos, head, dModel]` of the source; the pass's own
 * `hook_result` is not made. Gradients flow to the pass's own values only where the switch is not 1.
 */
export function switchedForward(
  config: TransformerConfig,
  weights: WeightTensors,
  tokens: Tensor,
  options: SwitchedOptions = {},
): SwitchedForward {
  const { at, prefix = "", ...rest } = options;
  const switches = switchInputs(config, tokens.shape[0] ?? 0, at, { prefix });
  return { ...forward(config, weights, tokens, { ...rest, switches }), switches };
}
