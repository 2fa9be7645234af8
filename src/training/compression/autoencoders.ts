import { add, index, mul, stack, type Tensor } from "../../engine/index.ts";
import { meanSquaredError } from "../../interventions/index.ts";
import type { Key } from "../../rng/index.ts";
import {
  blockHook,
  type HookName,
  headAxis,
  type TransformerConfig,
} from "../../transformer/index.ts";
import {
  type Autoencoder,
  type AutoencoderShape,
  autoencoder,
  autoencoderShapes,
  initialAutoencoder,
} from "./autoencoder.ts";
import type { Bridge } from "./bridge.ts";

/** The name of the autoencoder that all MLPs share. */
const MLP = "mlp";

const headName = (hook: HookName, head: number) => `${hook}[${head}]`;

const layersOf = ({ nLayers }: TransformerConfig) => Array.from({ length: nLayers }, (_, l) => l);

const headHooks = (config: TransformerConfig): HookName[] =>
  layersOf(config).map((layer) => blockHook(layer, "attn.hook_result"));

const mlpHooks = (config: TransformerConfig): HookName[] =>
  layersOf(config).map((layer) => blockHook(layer, "hook_mlp_out"));

const headsOf = ({ nHeads }: TransformerConfig) =>
  Array.from({ length: nHeads }, (_, head) => head);

/** The names of the autoencoders of a transformer: one for the outputs of all MLPs, one per head. */
function autoencoderNames(config: TransformerConfig): string[] {
  const heads = headHooks(config).flatMap((hook) =>
    headsOf(config).map((head) => headName(hook, head)),
  );
  return [MLP, ...heads];
}

/** Names and shapes of the weights of all autoencoders of a transformer. */
export function autoencodersShapes(
  config: TransformerConfig,
  shape: AutoencoderShape,
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    autoencoderNames(config).flatMap((name) =>
      [...autoencoderShapes(shape)].map(([key, size]) => [`${name}.${key}`, size] as const),
    ),
  );
}

/** Their fresh weights, one after the other. */
export function initialAutoencoders(
  config: TransformerConfig,
  shape: AutoencoderShape,
  key: Key,
): number[] {
  return autoencoderNames(config).flatMap((name) => initialAutoencoder(shape, key.fold(name)));
}

/** Autoencoders as a bridge, and what they lose. */
export interface AutoencoderBridge extends Bridge {
  /**
   * The mean squared error of decoding what is encoded, `[]` per sequence: mean over autoencoders, that of
   * the MLPs over all layers. `activations` has what passes at the bridge's hook points.
   */
  reconstructionLoss(activations: ReadonlyMap<HookName, Tensor>): Tensor;
}

/** The bridge over all heads and MLPs of a transformer by autoencoders with these weights. */
export function autoencoderBridge(
  config: TransformerConfig,
  shape: AutoencoderShape,
  weights: ReadonlyMap<string, Tensor>,
): AutoencoderBridge {
  const coders = new Map(
    autoencoderNames(config).map((name) => {
      const own = [...autoencoderShapes(shape).keys()];
      const tensors = new Map(own.map((key) => [key, weights.get(`${name}.${key}`)!]));
      return [name, autoencoder(shape, tensors)] as const;
    }),
  );
  const [heads, mlps] = [headHooks(config), mlpHooks(config)];
  const applied = (hook: HookName, x: Tensor, code: (own: Autoencoder, x: Tensor) => Tensor) => {
    if (headAxis(hook) === undefined) return code(coders.get(MLP)!, x);
    const each = headsOf(config).map((head) =>
      code(coders.get(headName(hook, head))!, index(x, 1, head)),
    );
    return stack(each, 1);
  };
  const compress: Bridge["compress"] = (hook, x) => applied(hook, x, (own, y) => own.encode(y));
  const decompress: Bridge["decompress"] = (hook, x) => applied(hook, x, (own, y) => own.decode(y));
  return {
    hooks: [...heads, ...mlps],
    compress,
    decompress,
    reconstructionLoss: (activations) => {
      const lossAt = (hook: HookName) => {
        const x = activations.get(hook)!;
        const again = decompress(hook, compress(hook, x));
        if (headAxis(hook) === undefined) return meanSquaredError(again, x);
        const losses = headsOf(config).map((head) =>
          meanSquaredError(index(again, 1, head), index(x, 1, head)),
        );
        return losses.reduce(add);
      };
      const ofMlps = mul(mlps.map(lossAt).reduce(add), 1 / mlps.length);
      return mul([ofMlps, ...heads.map(lossAt)].reduce(add), 1 / coders.size);
    },
  };
}
