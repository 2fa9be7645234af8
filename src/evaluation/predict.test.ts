import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { caseTask, getCase, highLevelModel, tokenIds } from "../cases/index.ts";
import { referenceBackend, type Values } from "../engine/index.ts";
import { decodeModel } from "../formats/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { type Carried, intervene, type SingleIntervention } from "./intervene.ts";
import { predictIntervention } from "./predict.ts";

const backend = referenceBackend();
const task = caseTask(getCase("3"));
const fileOf = (name: string) =>
  readFileSync(new URL(`../../models/3-seed1/${name}`, import.meta.url));
const trained = decodeModel(
  { config: fileOf("config.json").toString(), weights: fileOf("model.safetensors") },
  "3-seed1",
);

const { bosId, idOf } = tokenIds(getCase("3"));
const idsOf = (text: string) => [bosId, ...[...text].map((token) => idOf(token)!)];
const [tokens, other] = [idsOf("xaba"), idsOf("axxb")];
const exchange: Carried = { kind: "input", tokens: other };
const [MLP, HEAD] = ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"];
const predicted = (parts: SingleIntervention["parts"], carried: Carried = exchange) =>
  predictIntervention(task, { tokens, parts, carried }, backend);
const afterBos = (values: Values) => [...values].slice(1);

describe("what a causal model says of an intervention", () => {
  it("is the value of the variable that a node holds on the other input", async () => {
    const { own, after } = predicted({ nodes: [HEAD] });
    expect(afterBos(own)).toEqual([1, 1 / 2, 1 / 3, 1 / 4].map((x) => expect.closeTo(x, 4)));
    expect(after).toMatchObject({ kind: "outputs", labels: ["frac_prevs_1"] });
    const wanted = [0, 1 / 2, 2 / 3, 1 / 2];
    expect(afterBos(outputsOf(after))).toEqual(wanted.map((x) => expect.closeTo(x, 4)));
    const { after: found } = await intervene(
      trained,
      { tokens, parts: { nodes: [HEAD] }, carried: exchange },
      backend,
    );
    expect(afterBos(found)).toEqual(wanted.map((x) => expect.closeTo(x, 1)));
  });

  it("is what a compiled transformer does, wherever a variable is", async () => {
    for (const id of ["3", "7", "13", "20"]) {
      const case_ = getCase(id);
      const compiled = caseTask(case_, { sameSize: true });
      const { transformer } = highLevelModel(case_);
      const [first, second] = inputsOf(transformer);
      const carried = { kind: "input", tokens: second } as const;
      for (const [{ hl }, at] of compiled.correspondence.flatMap((one) =>
        [undefined, [2, 3]].map((at) => [one, at] as const),
      )) {
        const hook = hl.hook.replace("mlp.hook_post", "hook_mlp_out");
        const nodes = [hl.head === null ? hook : `${hook}[${hl.head}]`];
        const parts = { nodes };
        const wanted = { tokens: first, parts, carried, at };
        const { after } = predictIntervention(compiled, wanted, backend);
        const run = await intervene(transformer, wanted, backend);
        const found = case_.categorical ? classesOf(run.after, transformer) : run.after;
        expect(largestGap(outputsOf(after), found)).toBeLessThan(1e-5);
      }
    }
  });

  it("is that nothing changes where nothing is held, whatever is carried", () => {
    const parts = { nodes: ["blocks.0.attn.hook_result[1]"], edges: [`${HEAD}->${MLP2}`] };
    for (const carried of [exchange, { kind: "zero" }, { kind: "value", value: 3 }] as const) {
      const { own, after } = predicted(parts, carried);
      expect(after).toEqual({ kind: "outputs", labels: [], outputs: own });
    }
  });

  it("is the other input's output when the embeddings are exchanged", () => {
    const { after } = predicted({ nodes: ["blocks.0.hook_resid_pre"] });
    expect(after).toMatchObject({ labels: ["tokens"] });
    expect(afterBos(outputsOf(after))[2]).toBeCloseTo(2 / 3, 4);
  });

  it("is of some positions what the variable does when it is taken from the other input there", async () => {
    const at = [2, 4];
    const intervention = { tokens, parts: { nodes: [MLP] }, carried: exchange, at };
    const { after } = predictIntervention(task, intervention, backend);
    // is_x is 1 0 0 0 on the input and 0 1 1 0 on the other: 1 1 0 0 with positions 2 and 4 of that.
    const wanted = [1, 1, 2 / 3, 1 / 2].map((x) => expect.closeTo(x, 4));
    expect(afterBos(outputsOf(after))).toEqual(wanted);
    const { after: found } = await intervene(trained, intervention, backend);
    expect(afterBos(found)).toEqual([1, 1, 2 / 3, 1 / 2].map((x) => expect.closeTo(x, 1)));
    const whole = { ...intervention, parts: { nodes: ["blocks.0.hook_resid_pre"] } };
    expect(afterBos(outputsOf(predictIntervention(task, whole, backend).after))).toEqual(wanted);
  });

  it("is nothing where the causal model has no such intervention", () => {
    const reasonOf = ({ after }: ReturnType<typeof predicted>) =>
      after.kind === "none" ? after.reason : "none";
    expect(reasonOf(predicted({ nodes: [HEAD] }, { kind: "zero" }))).toBe("value");
    expect(reasonOf(predicted({ nodes: [HEAD, MLP] }))).toBe("several");
    expect(reasonOf(predicted({ edges: [`${MLP}->${HEAD}`] }))).toBe("edge");
    // Of an edge out of a node that is exchanged itself nothing is left to say.
    const both = predicted({ nodes: [MLP], edges: [`${MLP}->${HEAD}`] });
    expect(both.after).toMatchObject({ labels: ["is_x_3"] });
  });

  it("is nothing for some of the nodes that hold a variable together", () => {
    const [held] = task.correspondence;
    const two = { ...held!, ll: [...held!.ll, { hook: "blocks.0.attn.hook_result", head: 0 }] };
    const wide = { ...task, correspondence: [two, ...task.correspondence.slice(1)] };
    const intervention = { tokens, parts: { nodes: [MLP] }, carried: exchange };
    const { after } = predictIntervention(wide, intervention, backend);
    expect(after).toEqual({ kind: "none", reason: "part" });
  });
});

const MLP2 = "blocks.1.hook_mlp_out";

function outputsOf(after: ReturnType<typeof predicted>["after"]): Values {
  if (after.kind === "none") throw new Error(`no prediction: ${after.reason}`);
  return after.outputs;
}

/** Two inputs of the longest length that differ at every position. */
function inputsOf({ config: { dVocab, nCtx } }: Transformer): [number[], number[]] {
  const row = (shift: number) => (_: unknown, i: number) =>
    i === 0 ? 0 : 2 + ((i + shift) % (dVocab - 2));
  const rows = [0, 1].map((shift) => Array.from({ length: nCtx }, row(shift)));
  return [rows[0]!, rows[1]!];
}

/** The class with the largest logit at each position. */
function classesOf(logits: Values, { config: { dVocabOut } }: Transformer): number[] {
  return Array.from({ length: logits.length / dVocabOut }, (_, i) => {
    const row = logits.subarray(i * dVocabOut, (i + 1) * dVocabOut);
    return row.indexOf(Math.max(...row));
  });
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
