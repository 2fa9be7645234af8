import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCase, highLevelCircuit, highLevelModel } from "../../../cases/index.ts";
import { prepareForEvaluation } from "../../../circuit/index.ts";
import {
  type Algorithm,
  allAlgorithms,
  caseDiscoveryTask,
  parseOptions,
  scoreDiscovery,
} from "../../../discovery/index.ts";
import { lesion } from "../../../discovery/lesion.testing.ts";
import { wasmBackend } from "../../../engine/index.ts";
import { decodeCircuit } from "../../../formats/index.ts";
import { Key } from "../../../rng/index.ts";
import { runWith } from "../../io.testing.ts";
import { algorithmCommand } from "./algorithm.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "run-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const machine = ["--backend", "wasm", "--threads", "1"];
const commands = [...allAlgorithms(), lesion].map((one) => algorithmCommand(one));
const run = (line: string) => runWith(commands, [...line.split(" "), ...machine], { cwd });
const documentOf = async (line: string) => {
  const { exitCode, stdout, stderr } = await run(`${line} --json`);
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
};

/** As documents have it: what is undefined is null. */
const asDocument = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, x) => (x === undefined ? null : x)));

describe("the score of a discovery", () => {
  const case_ = getCase("7");
  const truth = prepareForEvaluation(highLevelCircuit(highLevelModel(case_).compiled));

  it.each<[Algorithm, Record<string, unknown>, string]>(
    [
      ["eap", { edgeCount: 4, integratedGradSteps: 2 }, "--edge-count 4 --integrated-grad-steps 2"],
      ["exact", { threshold: 0.01, absolute: false }, "-t 0.01 --no-absolute"],
      ["acdc", { threshold: [0.01, 0.1] }, "--threshold 0.01,0.1"],
      ["random", { seed: 1234 }, "--scores-only"],
      ["sp", { epochs: 3 }, "--epochs 3"],
      ["lesion", { nodeCount: 2 }, "--node-count 2"],
    ].map(([name, options, flags]) => {
      const all: readonly Algorithm[] = [...allAlgorithms(), lesion];
      return [all.find((one) => one.name === name)!, options, flags] as never;
    }),
  )(
    "is the same from the library and from the command line: %o",
    async (algorithm, options, flags) => {
      const backend = await wasmBackend();
      const { transformer } = highLevelModel(case_);
      const key = Key.fromSeed(1234).fold("discovery");
      const task = caseDiscoveryTask(case_, transformer, { key, size: 1000, backend });
      const all = parseOptions(algorithm.options, options);
      const discovery = await algorithm.discover(task, all, { backend });
      const score = scoreDiscovery(discovery, truth, transformer.config);
      const document = await documentOf(`run ${algorithm.name} -i 7 --tracr ${flags}`);
      expect(document.params).toEqual(JSON.parse(JSON.stringify(all)));
      expect(asDocument(document.score)).toEqual(asDocument(score));
      expect(score.auroc.edges).toBeGreaterThan(0);
    },
  );
});

describe("an algorithm that ranks nodes", () => {
  it("asks for a number of nodes, or a threshold", async () => {
    const { exitCode, stderr } = await run("run lesion -i 3 --tracr");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "E_FLAG: --threshold or --node-count is missing — expected --threshold T, to keep the heads and MLPs with a score above T, or --node-count K, to keep the K heads and MLPs with the largest scores — received neither. For a ranking of the nodes without a circuit give --scores-only.",
    );
    const help = await run("run lesion --help");
    expect(help.stdout).toContain("--node-count");
    expect(help.stdout).toContain("run lesion --model my-model --data prompts.json --node-count 2");
  });

  it("is scored, printed, drawn and stored", async () => {
    const document = await documentOf("run lesion -i 3 --tracr --node-count 2");
    const { ranks, rankedBy, nodeScores, scores, score, baselines, folder } = document;
    expect([ranks, rankedBy]).toEqual(["nodes", "size of the effect"]);
    expect(nodeScores[0]).toEqual({ node: "blocks.0.hook_resid_pre", score: null, ranking: null });
    const numbers = new Map(nodeScores.map(({ node, score: x }: never) => [node, x]));
    const [edge] = scores.filter(
      ({ from, to }: { from: string; to: string }) =>
        from.includes("hook_mlp_out") && to.includes("hook_resid_post"),
    );
    expect(edge.score).toBe(numbers.get(edge.from));
    expect(score.auroc.nodes).toBeGreaterThan(0.5);
    expect(baselines.random.nodes.tp + baselines.random.nodes.fp).toBeCloseTo(4, 9);
    expect(readdirSync(join(cwd, folder)).sort()).toEqual([
      "circuit.json",
      "circuit.svg",
      "result.json",
    ]);
    const stored = readFileSync(join(cwd, folder, "circuit.json"), "utf8");
    const decoded = decodeCircuit(stored);
    expect(decoded.circuit.edges.size).toBe(document.circuit.edges.length);
    expect([...decoded.nodeScores!]).toEqual(
      nodeScores.map(({ node, score: x }: { node: string; score: number | null }) => [
        node,
        x ?? Number.POSITIVE_INFINITY,
      ]),
    );
    expect(readFileSync(join(cwd, folder, "circuit.svg"), "utf8")).toContain("size of the effect");
    const { stdout } = await run("run lesion -i 3 --tracr --node-count 2");
    expect(stdout).toMatch(/^nodes +TP/m);
    const table = await run("run lesion -i 3,4 --tracr --node-count 2");
    expect(table.stdout).toMatch(/^case +TP +FP +FN +TPR +FPR +SHD +AUROC +AP/m);
    const ranked = await run("run lesion -i 3 --tracr --scores-only");
    expect(ranked.stdout).toContain("No circuit was made, only a ranking of the nodes.");
  });

  it("says why nothing or everything is kept", async () => {
    const none = await run("run lesion -i 3 --tracr --threshold 1000");
    expect(none.stdout).toMatch(
      /Nothing is kept: .* A smaller one keeps at least one node: --threshold [\d.e-]+\./,
    );
    const all = await run("run lesion -i 3 --tracr --threshold=-1");
    expect(all.stdout).toMatch(/Everything is kept: .* remove at least one node\./);
    const several = await run("run lesion -i 3 --tracr --node-count 0,1");
    expect(several.stdout).toMatch(/^node count/m);
  });
});
