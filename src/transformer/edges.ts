import type { Shape } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { blockHook } from "./hook-names.ts";

/** Hook points that write to the residual stream. */
export type SourceHook =
  | "blocks.0.hook_resid_pre"
  | `blocks.${number}.attn.hook_result`
  | `blocks.${number}.hook_mlp_out`;

/** Hook points that read from the residual stream. */
export type DestinationHook =
  | `blocks.${number}.hook_${"q" | "k" | "v"}_input`
  | `blocks.${number}.hook_mlp_in`
  | `blocks.${number}.hook_resid_post`;

/** A node that writes to the residual stream. */
export interface Source {
  readonly hook: SourceHook;
  readonly head: number | null;
  /** Its place among all sources, and on the source axis of masks. */
  readonly index: number;
}

/** A node that reads from the residual stream. */
export interface Destination {
  readonly hook: DestinationHook;
  readonly head: number | null;
  /** Its place among all destinations. */
  readonly index: number;
  /** It reads the sources 0 … `sources − 1`: those of earlier sublayers. */
  readonly sources: number;
}

/** One hook point of the factored pass, with all its heads. */
export interface HookGroup<H> {
  readonly hook: H;
  /** Its number of heads, or `undefined` where there are none. */
  readonly heads: number | undefined;
  /** Sources: the index of its first one. Destinations: the number of sources each reads. */
  readonly before: number;
}

function assertBlocks({ nLayers }: TransformerConfig): void {
  if (nLayers > 0) return;
  throw new InterpBenchError("E_CONFIG", "a transformer without blocks has no edges", {
    at: "nLayers",
    expected: "at least 1",
    received: "0",
  });
}

/**
 * The groups of sources, in order: embeddings, then per layer the heads and the MLP.
 * Throws `E_CONFIG` for a transformer without blocks.
 */
export function sourceGroups(config: TransformerConfig): HookGroup<SourceHook>[] {
  assertBlocks(config);
  const { nLayers, nHeads } = config;
  const groups: HookGroup<SourceHook>[] = [
    { hook: "blocks.0.hook_resid_pre", heads: undefined, before: 0 },
  ];
  for (let layer = 0; layer < nLayers; layer++) {
    const before = 1 + layer * (nHeads + 1);
    groups.push({ hook: blockHook(layer, "attn.hook_result"), heads: nHeads, before });
    groups.push({
      hook: blockHook(layer, "hook_mlp_out"),
      heads: undefined,
      before: before + nHeads,
    });
  }
  return groups;
}

/**
 * The groups of destinations, in order: per layer q, k, v and MLP inputs, then the final residual
 * stream. Throws `E_CONFIG` for a transformer without blocks.
 */
export function destinationGroups(config: TransformerConfig): HookGroup<DestinationHook>[] {
  assertBlocks(config);
  const { nLayers, nHeads } = config;
  const groups: HookGroup<DestinationHook>[] = [];
  for (let layer = 0; layer < nLayers; layer++) {
    const before = 1 + layer * (nHeads + 1);
    for (const hook of ["hook_q_input", "hook_k_input", "hook_v_input"] as const) {
      groups.push({ hook: blockHook(layer, hook), heads: nHeads, before });
    }
    groups.push({
      hook: blockHook(layer, "hook_mlp_in"),
      heads: undefined,
      before: before + nHeads,
    });
  }
  const all = 1 + nLayers * (nHeads + 1);
  groups.push({
    hook: blockHook(nLayers - 1, "hook_resid_post"),
    heads: undefined,
    before: all,
  });
  return groups;
}

const headsOf = ({ heads }: HookGroup<unknown>): (number | null)[] =>
  heads === undefined ? [null] : Array.from({ length: heads }, (_, h) => h);

/**
 * Everything that writes to the residual stream, in order: `blocks.0.hook_resid_pre` (token and
 * position embeddings together), then per layer `attn.hook_result[0…]`, `hook_mlp_out`:
 * `1 + L(H + 1)` nodes.
 */
export function sourceNodes(config: TransformerConfig): Source[] {
  return sourceGroups(config).flatMap((group) =>
    headsOf(group).map((head) => ({
      hook: group.hook,
      head,
      index: group.before + (head ?? 0),
    })),
  );
}

/**
 * Everything that reads from the residual stream, in order: per layer `hook_q_input[0…]`,
 * `hook_k_input[0…]`, `hook_v_input[0…]`, `hook_mlp_in`, and at the end
 * `blocks.{L−1}.hook_resid_post`: `L(3H + 1) + 1` nodes. There is an edge to each from each of
 * its sources.
 */
export function destinationNodes(config: TransformerConfig): Destination[] {
  return destinationGroups(config)
    .flatMap((group) => headsOf(group).map((head) => ({ ...group, head })))
    .map(({ hook, head, before }, index) => ({ hook, head, index, sources: before }));
}

/** The hook points of {@link sourceNodes}: what to capture in the run that patches come from. */
export function sourceHooks(config: TransformerConfig): SourceHook[] {
  return sourceGroups(config).map(({ hook }) => hook);
}

/**
 * Shapes of the edge masks by destination hook point: `[source, head]` for q, k and v inputs,
 * `[source]` for MLP inputs and the final residual stream. The source axis has the sources that
 * the destination reads, in the order of {@link sourceNodes}.
 */
export function edgeMaskShapes(config: TransformerConfig): ReadonlyMap<DestinationHook, Shape> {
  return new Map(
    destinationGroups(config).map(({ hook, heads, before }) => [
      hook,
      heads === undefined ? [before] : [before, heads],
    ]),
  );
}
