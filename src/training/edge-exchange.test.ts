import { describe, expect, it } from "vitest";
import { circuitOf, fullGraph } from "../circuit/index.ts";
import { compile, referenceBackend, sampleInput, wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { componentEdges, prepareCircuitRuns, withScope } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import {
  constantTensors,
  initializeTransformer,
  keyNormals,
  nodeHooks,
  switchName,
  switchShape,
} from "../transformer/index.ts";
import { drawCuts, edgeExchangeRuns, outsideEdges } from "./edge-exchange.ts";
import { FAST_RECIPE } from "./presets.ts";
import { parseRecipe } from "./recipe.ts";
import { caseThree } from "./tasks.testing.ts";
import { train } from "./train.ts";

const task = caseThree();
const config = task.lowLevelConfig;
const PAIRS = 400;
const cuttable = outsideEdges(task);
const cuts = drawCuts(Key.fromSeed(3), cuttable, PAIRS);

describe("edges that are exchanged", () => {
  it("are those outside of the truth, but for embeddings → output", () => {
    const texts = cuttable.edges.map(({ text }) => text);
    const all = componentEdges(fullGraph(config)).map(({ text }) => text);
    expect(texts).toHaveLength(all.length - task.truth!.edges.size - 1);
    expect(texts.some((text) => task.truth!.edges.has(text))).toBe(false);
    expect(texts).not.toContain("blocks.0.hook_resid_pre->blocks.1.hook_resid_post");
  });

  it("are none, one, those of a node, half, or all, each in a fifth of the pairs", () => {
    const { edges, ofWriter } = cuttable;
    const sizes = new Set(ofWriter.map((own) => own.length));
    const share = (is: (count: number) => boolean) => cuts.counts.filter(is).length / PAIRS;
    const writers = ofWriter.filter((own) => own.length === 1).length / ofWriter.length;
    expect(share((count) => count === 0)).toBeCloseTo(0.2, 1);
    expect(share((count) => count === 1)).toBeCloseTo(0.2 * (1 + writers), 1);
    expect(share((count) => count > 1 && sizes.has(count))).toBeCloseTo(0.2 * (1 - writers), 1);
    expect(share((count) => count === edges.length)).toBeCloseTo(0.2, 1);
  });

  it("give the logits of the circuit that is left", async () => {
    const transformer = initializeTransformer(config, keyNormals(Key.fromSeed(7)));
    const backend = referenceBackend();
    const [base, source] = [task.tokens.slice(5 * 17, 5 * 18), task.tokens.slice(5 * 201, 5 * 202)];
    const hooks = nodeHooks(config);
    const chosen = new Map(
      hooks.map((hook) => [hook, sampleInput(switchName(hook), switchShape(config, hook))]),
    );
    const inputs = { base: sampleInput("base", [5]), source: sampleInput("source", [5]), chosen };
    const weights = constantTensors(transformer);
    const { exchanged } = edgeExchangeRuns(config, weights, inputs, { logitsAt: "all" });
    const executable = backend.load(compile({ outputs: { logits: exchanged.logits } }));
    const graph = fullGraph(config);
    await withScope(backend, (scope) => {
      const runs = prepareCircuitRuns(scope, {
        transformer,
        rows: 1,
        positions: 5,
        outputPositions: "all",
        cleanTokens: base,
        corruptedTokens: source,
      });
      for (const pair of [...cuts.counts.keys()].slice(0, 12)) {
        const tables = [...cuts.inputs].map(([name, values]) => {
          const width = values.length / PAIRS;
          return [name, values.slice(pair * width, (pair + 1) * width)] as const;
        });
        const { logits: got } = executable.run({
          batch: 1,
          inputs: {
            base: Float32Array.from(base),
            source: Float32Array.from(source),
            ...Object.fromEntries(
              hooks.map((hook) => [
                switchName(hook),
                new Float32Array(switchShape(config, hook).reduce((a, b) => a * b, 1)),
              ]),
            ),
            ...Object.fromEntries(tables),
          },
        });
        const cut = new Map(tables);
        const isCut = ({ readers, at }: (typeof cuttable.edges)[number]) =>
          cut.get(`cut:${readers.start}`)![at] === 1;
        const gone = new Set(
          cuttable.edges
            .filter(isCut)
            .map(
              ({ source: from, readers, at }) =>
                `${from} ${readers.start} ${readers.heads === undefined ? "" : at % readers.heads}`,
            ),
        );
        const kept = graph.edges.filter(({ source: from, destination }) => {
          const to = graph.destinations[destination]!;
          const start = {
            q: "hook_resid_pre",
            k: "hook_resid_pre",
            v: "hook_resid_pre",
            mlp: "hook_resid_mid",
            output: "hook_resid_post",
          }[to.input];
          return !gone.has(`${from} blocks.${to.block}.${start} ${to.node.head ?? ""}`);
        });
        expect(kept.length < graph.edges.length).toBe(cuts.counts[pair]! > 0);
        const wanted = runs.of(circuitOf(kept.map(({ edge }) => edge)));
        const gap = Math.max(...Array.from(got, (x, i) => Math.abs(x - wanted[i]!)));
        expect(gap).toBeLessThan(1e-9);
      }
    });
  });

  it("need a truth", async () => {
    const { truth: _, ...unknown } = task;
    const backend = await wasmBackend();
    const recipe = parseRecipe({ ...FAST_RECIPE, trainPairs: 32, validationPairs: 8 });
    const refused = train(unknown, recipe, { backend }).then(() => "accepted", formatError);
    expect(await refused).toMatch(/^E_TASK: the circuit to be trained is not known .*edgeExchange/);
  });
});
