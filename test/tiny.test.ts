import { expect, test } from "vitest";
import {
  caseDiscoveryTask,
  cases,
  caseTask,
  circuit,
  compileCase,
  evaluateCircuit,
  exactAuroc,
  formats,
  generateData,
  getAlgorithm,
  getCase,
  groundTruthCircuit,
  Key,
  mergeScores,
  nodeEffects,
  parseRecipe,
  rasp,
  run,
  runCase,
  train,
  training,
  wasmBackend,
} from "../src/index.ts";

/* The tour of the package, from the program of a case to the score of a circuit. */

test("a case is a program with inputs", () => {
  const case3 = getCase("3");
  expect(case3.task).toContain("fraction of tokens");
  expect(rasp.evaluate(cases.readProgram(case3).program, ["a", "x", "b", "x"])).toEqual([
    0,
    1 / 2,
    1 / 3,
    1 / 2,
  ]);
});

test("its program compiles to a transformer that computes the same", () => {
  const compiled = compileCase(getCase("3"));
  expect(compiled.config).toMatchObject({ nLayers: 2, nHeads: 1, dModel: 13 });
  const { rasp: wanted, compiled: outputs } = runCase(getCase("3"), ["x", "x", "a"]);
  for (const [i, value] of outputs.entries()) expect(value).toBeCloseTo(Number(wanted[i]), 5);
});

test("another transformer learns the same circuit, and discovery is scored against it", async () => {
  const case3 = getCase("3");
  const backend = await wasmBackend();
  const key = Key.fromSeed(1234);

  const task = { ...caseTask(case3), ...generateData(case3, { key, size: 1000 }) };
  const recipe = parseRecipe({ ...training.FAST_RECIPE, seed: 1234 });
  const { transformer, end, state } = await train(task, recipe, { backend });
  expect(end).toBe("reached");
  expect(state.history.at(-1)!.validation.iia).toBeGreaterThanOrEqual(0.995);
  const { logits } = run(transformer, backend, { tokens: [[0, 2, 5, 3, 5]] });
  for (const [i, fraction] of [0, 1 / 2, 1 / 3, 1 / 2].entries()) {
    expect(Math.abs(logits.data[1 + i]! - fraction)).toBeLessThan(0.1);
  }

  const truth = groundTruthCircuit(case3);
  const inputs = { key, size: 1000, backend };
  const discoveryTask = caseDiscoveryTask(case3, transformer, inputs);
  const acdc = await getAlgorithm("acdc").discover(
    discoveryTask,
    { threshold: 0.025 },
    { backend },
  );
  const { nodes, edges } = evaluateCircuit(acdc.circuit!, truth, transformer.config);
  expect(nodes.tpr).toBe(1);
  expect(edges.tpr).toBeGreaterThanOrEqual(0.75);
  expect(edges.fpr).toBeLessThan(0.1);

  const eap = await getAlgorithm("eap").discover(discoveryTask, {}, { backend });
  const ranking = mergeScores(eap.scores, circuit.fullGraph(transformer.config));
  expect(exactAuroc(ranking.edges, truth.edges)).toBeGreaterThan(0.7);

  const { rows } = nodeEffects(transformer, task, {
    backend,
    ablations: ["resample"],
    pairBudget: 4096,
  });
  for (const { status, resample } of rows) {
    if (status === "in_circuit") expect(resample).toBeGreaterThan(0.9);
    else expect(resample).toBeLessThan(0.05);
  }

  const files = formats.encodeModel(transformer);
  expect(formats.decodeModel(files)).toEqual(transformer);
  backend.dispose();
});
