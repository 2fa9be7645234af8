import { formatShape, mul, sameShape, sampleMask, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { assertHookName, type HookName } from "./hook-names.ts";
import { applySwitch, type Switch } from "./patch.ts";

/**
 * A function called while the graph is built: it is given the tensor of a hook point and may return
 * another of the same shape to take its place.
 */
export type Hook = (tensor: Tensor) => Tensor | undefined;

/** Hooks by name: `{ "blocks.0.hook_mlp_out": (x) => mul(x, 2) }`, or a map. */
export type Hooks = ReadonlyMap<HookName, Hook> | { readonly [N in HookName]?: Hook };

/** What to do at which hook points. All names are known before the graph is built. */
export interface HookOptions {
  /** Replacements, applied after the switch of the same point. Default: none. */
  readonly hooks?: Hooks;
  /** Run-time choices between this run and another. Default: none. */
  readonly switches?: ReadonlyMap<HookName, Switch>;
  /** Points whose tensors (after switch and hook) are wanted in the `cache`. Default: none. */
  readonly capture?: Iterable<HookName>;
}

/** The hooks of one forward pass while its graph is built. */
export interface HookRun {
  /**
   * Whether somebody hooks or captures this point, so that its tensor must lie on the path of the
   * computation. Points that cost something are skipped otherwise.
   */
  wants(name: HookName): boolean;
  switchAt(name: HookName): Switch | undefined;
  /** A point is reached with this tensor; the result goes on in its place. */
  fire(name: HookName, tensor: Tensor): Tensor;
  /** A point is reached whose switch the caller has applied by itself. */
  passed(name: HookName): void;
}

/** The hooks of a forward pass, and what they saw. */
export interface HookRecorder extends HookRun {
  /** The captured tensors, in the order asked for. Throws `E_HOOK` if a named point never fired. */
  finish(): ReadonlyMap<HookName, Tensor>;
}

/** No hooks at all: for {@link HookRun} parameters of separately used parts. */
export const NO_HOOKS: HookRun = {
  wants: () => false,
  switchAt: () => undefined,
  fire: (_, tensor) => tensor,
  passed: () => {},
};

function hookEntries(hooks: Hooks): [HookName, Hook][] {
  return hooks instanceof Map
    ? [...(hooks as ReadonlyMap<HookName, Hook>)]
    : (Object.entries(hooks) as [HookName, Hook | undefined][]).filter(
        (entry): entry is [HookName, Hook] => entry[1] !== undefined,
      );
}

/** Several tables of hooks as one; hooks on one point run in order, each seeing the one before. */
export function mergeHooks(...tables: readonly Hooks[]): ReadonlyMap<HookName, Hook> {
  const merged = new Map<HookName, Hook>();
  for (const [name, hook] of tables.flatMap(hookEntries)) {
    const before = merged.get(name);
    merged.set(
      name,
      before === undefined
        ? hook
        : (tensor) => {
            const value = before(tensor);
            return hook(value ?? tensor) ?? value;
          },
    );
  }
  return merged;
}

/** A hook's tensor differs per sequence even where its value does not (`hook_pos_embed`). */
const perSample = (tensor: Tensor): Tensor =>
  tensor.extent === "sample" ? tensor : mul(tensor, sampleMask());

/** Prepares the hooks of one forward pass. Throws `E_HOOK` for names the transformer does not have. */
export function recordHooks(config: TransformerConfig, options: HookOptions): HookRecorder {
  const hooks = mergeHooks(options.hooks ?? {});
  const switches = options.switches ?? new Map<HookName, Switch>();
  const capture = new Set(options.capture ?? []);
  const named = new Set<HookName>([...hooks.keys(), ...switches.keys(), ...capture]);
  for (const name of named) assertHookName(config, name);
  const fired = new Set<HookName>();
  const captured = new Map<HookName, Tensor>();

  const replace = (name: HookName, tensor: Tensor): Tensor => {
    const result = hooks.get(name)?.(tensor);
    if (result === undefined) return tensor;
    if (!sameShape(result.shape, tensor.shape)) {
      throw new InterpBenchError("E_HOOK", `the hook at "${name}" changed the shape`, {
        at: name,
        expected: formatShape(tensor.shape),
        received: formatShape(result.shape),
      });
    }
    return result;
  };

  return {
    wants: (name) => hooks.has(name) || capture.has(name),
    switchAt: (name) => switches.get(name),
    passed: (name) => fired.add(name),
    fire: (name, tensor) => {
      if (!named.has(name)) return tensor;
      fired.add(name);
      const choice = switches.get(name);
      const own = perSample(tensor);
      const chosen = choice === undefined ? own : applySwitch(name, own, choice);
      const value = perSample(replace(name, chosen));
      if (capture.has(name)) captured.set(name, value);
      return value;
    },
    finish: () => {
      const silent = [...named].find((name) => !fired.has(name));
      if (silent !== undefined) {
        throw new InterpBenchError(
          "E_HOOK",
          `the hook "${silent}" never fires in this forward pass`,
          {
            at: silent,
            hint: "The pass starts behind this point.",
          },
        );
      }
      return new Map([...capture].map((name) => [name, captured.get(name)!]));
    },
  };
}
