import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../engine/index.ts";
import { type PairedTask, storedDiscovery, tinyTask } from "../fixtures.testing.ts";
import { legacyAcdcSweep } from "../index.ts";

/**
 * An oracle that shares nothing with the implementation: TLACDCExperiment as its authors describe it, node by
 * node over a dictionary of present edges, with a whole forward pass in plain loops for every decision.
 */

type Row = readonly number[];
/** `[pos][d]`. */
type Matrix = readonly Row[];

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const total = (values: Row) => values.reduce((sum, value) => sum + value, 0);
const plus = (...terms: readonly Matrix[]): Matrix =>
  terms[0]!.map((row, p) => row.map((_, d) => total(terms.map((term) => term[p]![d]!))));

/** By its Taylor series, and beyond 3 by a continued fraction. */
function erf(x: number): number {
  if (Math.abs(x) > 3) {
    const far = range(60).reduceRight((rest, n) => Math.abs(x) + (n + 1) / 2 / rest, Math.abs(x));
    return Math.sign(x) * (1 - Math.exp(-x * x) / (far * Math.sqrt(Math.PI)));
  }
  let [term, sum] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const ACTIVATIONS = {
  relu: (x: number) => Math.max(0, x),
  gelu: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
};

/** What a node hands on for one sequence, by name. */
type Values = ReadonlyMap<string, Matrix>;

/** The model on one sequence; a reader that has been visited reads what its present edges leave it. */
function runByHand(
  { transformer: { config, weights } }: PairedTask,
  tokens: Row,
  state?: { readonly present: ReadonlySet<string>; readonly corrupted: Values },
): { readonly logits: Matrix; readonly values: Values } {
  const { nLayers, nHeads, dHead, normalization, attentionDir, actFn, eps = 1e-5 } = config;
  const at = (key: string, ...index: Row): number => {
    const { shape, data } = weights.get(key)!;
    return data[index.reduce((place, i, axis) => place * shape[axis]! + i, 0)]!;
  };
  const normalized = (x: Matrix): Matrix =>
    normalization === "none"
      ? x
      : x.map((row) => {
          const mean = total(row) / row.length;
          const variance = total(row.map((value) => (value - mean) ** 2)) / row.length;
          return row.map((value) => (value - mean) / Math.sqrt(variance + eps));
        });
  /** `x W + b`, of the head where there are heads. */
  const affine = (x: Matrix, weight: string, bias: string | undefined, ...head: Row): Matrix =>
    x.map((row) =>
      range(weights.get(weight)!.shape.at(-1)!).map(
        (j) =>
          total(row.map((value, i) => value * at(weight, ...head, i, j))) +
          (bias === undefined ? 0 : at(bias, ...head, j)),
      ),
    );
  const values = new Map<string, Matrix>();
  const senders = ["resid_pre"];
  const biases: Matrix[] = [];
  values.set(
    "resid_pre",
    tokens.map((token, p) =>
      range(config.dModel).map((d) => at("embed.W_E", token, d) + at("pos_embed.W_pos", p, d)),
    ),
  );
  const read = (reader: string): Matrix =>
    plus(
      ...senders.map((sender) =>
        state === undefined || state.present.has(`${reader}<${sender}`)
          ? values.get(sender)!
          : state.corrupted.get(sender)!,
      ),
      ...biases,
    );
  for (const layer of range(nLayers)) {
    const attn = `blocks.${layer}.attn`;
    for (const head of range(nHeads)) {
      const project = (letter: string) => {
        const name = `${letter.toLowerCase()}${layer}.${head}`;
        const x = normalized(read(`${name} input`));
        const own = affine(x, `${attn}.W_${letter}`, `${attn}.b_${letter}`, head);
        values.set(name, own);
        const isCut = state !== undefined && !state.present.has(`${name}<${name} input`);
        return isCut ? state.corrupted.get(name)! : own;
      };
      const [q, k, v] = [project("Q"), project("K"), project("V")];
      const z = q.map((query, i) => {
        const seen = range(k.length).filter((j) => attentionDir === "bidirectional" || j <= i);
        const scores = seen.map((j) =>
          Math.exp(total(query.map((x, e) => x * k[j]![e]!)) / Math.sqrt(dHead)),
        );
        return range(dHead).map(
          (e) => total(scores.map((score, n) => score * v[seen[n]!]![e]!)) / total(scores),
        );
      });
      values.set(`a${layer}.${head}`, affine(z, `${attn}.W_O`, undefined, head));
    }
    senders.push(...range(nHeads).map((head) => `a${layer}.${head}`));
    biases.push(tokens.map(() => range(config.dModel).map((d) => at(`${attn}.b_O`, d))));
    const mlp = `blocks.${layer}.mlp`;
    const hidden = affine(normalized(read(`m${layer} input`)), `${mlp}.W_in`, `${mlp}.b_in`);
    const post = hidden.map((row) => row.map(ACTIVATIONS[actFn as keyof typeof ACTIVATIONS]));
    values.set(`m${layer}`, affine(post, `${mlp}.W_out`, `${mlp}.b_out`));
    senders.push(`m${layer}`);
  }
  const logits = affine(normalized(read("resid_post")), "unembed.W_U", "unembed.b_U");
  return { logits, values };
}

/** KL divergence averaged over classes, too, or the squared difference; without the first position. */
function metricByHand(
  { categorical }: PairedTask,
  clean: readonly Matrix[],
  now: readonly Matrix[],
): number {
  const logOf = (row: Row) => {
    const normalizer = Math.log(total(row.map(Math.exp)));
    return row.map((x) => x - normalizer);
  };
  const parts = clean.flatMap((matrix, row) =>
    matrix.slice(1).flatMap((truth, p) => {
      const other = now[row]![p + 1]!;
      if (!categorical) return [(truth[0]! - other[0]!) ** 2];
      const [log, logOther] = [logOf(truth), logOf(other)];
      return log.map((x, j) => Math.exp(x) * (x - logOther[j]!));
    }),
  );
  return total(parts) / parts.length;
}

interface Decision {
  /** `reader<sender`. */
  readonly edge: string;
  readonly change: number;
  readonly isRemoved: boolean;
}

/** Node by node from the output, sender by sender from the latest. */
function legacyByHand(task: PairedTask, threshold: number, isAbsolute: boolean) {
  const { nLayers, nHeads } = task.transformer.config;
  const rowsOf = (tokens: Int32Array) =>
    range(task.rows).map((r) => [...tokens.subarray(r * task.positions, (r + 1) * task.positions)]);
  const heads = range(nHeads).toReversed();
  const before = (layer: number, includesHeads: boolean) => [
    ...(includesHeads ? heads.map((head) => `a${layer}.${head}`) : []),
    ...range(layer)
      .toReversed()
      .flatMap((l) => [`m${l}`, ...heads.map((head) => `a${l}.${head}`)]),
    "resid_pre",
  ];
  const parents = new Map<string, readonly string[]>([["resid_post", before(nLayers, false)]]);
  const visits = ["resid_post"];
  for (const layer of range(nLayers).toReversed()) {
    const inputs = ["v", "k", "q"].flatMap((x) => heads.map((head) => `${x}${layer}.${head}`));
    visits.push(`m${layer} input`, ...inputs, ...inputs.map((name) => `${name} input`));
    parents.set(`m${layer} input`, before(layer, true));
    for (const name of inputs) {
      parents.set(name, [`${name} input`]);
      parents.set(`${name} input`, before(layer, false));
    }
  }
  const present = new Set(
    [...parents].flatMap(([reader, senders]) => senders.map((sender) => `${reader}<${sender}`)),
  );
  const feeds = (sender: string) => [...present].some((edge) => edge.endsWith(`<${sender}`));
  /** A head's inputs feed what the head does, an MLP's input its output. */
  const isConnected = (reader: string) => {
    if (reader === "resid_post") return true;
    if (/^[qkv][\d.]+ input$/.test(reader)) return feeds(reader);
    return feeds(reader.startsWith("m") ? reader.split(" ")[0]! : `a${reader.slice(1)}`);
  };
  const clean = rowsOf(task.cleanTokens).map((tokens) => runByHand(task, tokens).logits);
  const corrupted = rowsOf(task.corruptedTokens).map((tokens) => runByHand(task, tokens).values);
  const measure = () =>
    metricByHand(
      task,
      clean,
      rowsOf(task.cleanTokens).map(
        (tokens, r) => runByHand(task, tokens, { present, corrupted: corrupted[r]! }).logits,
      ),
    );
  const decisions: Decision[] = [];
  const untested: string[] = [];
  let metric = measure();
  for (const reader of visits) {
    const edges = parents.get(reader)!.map((sender) => `${reader}<${sender}`);
    if (!isConnected(reader)) {
      for (const edge of edges) present.delete(edge);
      untested.push(...edges);
      continue;
    }
    for (const edge of edges) {
      present.delete(edge);
      const without = measure();
      const change = without - metric;
      const isRemoved = (isAbsolute ? Math.abs(change) : change) < threshold;
      decisions.push({ edge, change, isRemoved });
      if (isRemoved) metric = without;
      else present.add(edge);
    }
  }
  return { decisions, untested, metric, present };
}

/** The name of an edge here, in the words of the library. */
function textOf(edge: string): string {
  const [reader, sender] = edge.split("<") as [string, string];
  const nodeOf = (name: string, last: number) => {
    if (name === "resid_pre") return "blocks.0.hook_resid_pre";
    if (name === "resid_post") return `blocks.${last}.hook_resid_post`;
    const [, letter, layer, head, isInput] = /^(\w)(\d+)(?:\.(\d+))?( input)?$/.exec(name)!;
    if (letter === "a") return `blocks.${layer}.attn.hook_result[${head}]`;
    if (letter === "m") return `blocks.${layer}.${isInput ? "hook_mlp_in" : "hook_mlp_out"}`;
    return `blocks.${layer}.hook_${letter}_input[${head}]`;
  };
  return `${nodeOf(sender, 1)}->${nodeOf(reader, 1)}`;
}

/** A task with fewer pairs, without the answers that are wanted. */
function firstRows(
  { targets: _, corruptedTargets: _corrupted, ...task }: PairedTask,
  rows: number,
): PairedTask {
  const end = rows * task.positions;
  const [cleanTokens, corruptedTokens] = [task.cleanTokens, task.corruptedTokens];
  return {
    ...task,
    rows,
    cleanTokens: cleanTokens.slice(0, end),
    corruptedTokens: corruptedTokens.slice(0, end),
  };
}

const isDirect = (edge: string) => edge.endsWith(" input");

const backend = referenceBackend();

describe("legacy ACDC decides as its authors' procedure does, run by hand", () => {
  const classes = tinyTask({ normalization: "LNPre", actFn: "relu", dVocabOut: 3 });
  const numbers = tinyTask({ dVocabOut: 1, actFn: "gelu", attentionDir: "bidirectional" });
  const caseThree = firstRows(storedDiscovery("3").task, 2);
  it.each([
    ["classes", classes, 0.002, false],
    ["classes, sizes of changes", classes, 0.002, true],
    ["numbers", numbers, 0.2, false],
    ["numbers, sizes of changes", numbers, 0.3, true],
    ["a trained model of case 3", caseThree, 0.025, false],
  ] as const)("%s", async (_, task, threshold, absolute) => {
    const byHand = legacyByHand(task, threshold, absolute);
    const { outcomes } = await legacyAcdcSweep(task, [threshold], { backend }, { absolute });
    const { circuit, changes } = outcomes[0]!;
    const kept = [...byHand.present].filter((edge) => !isDirect(edge)).map(textOf);
    expect([...circuit.edges.keys()].toSorted()).toEqual(kept.toSorted());
    // Every effect: of an edge's own test, or of that of its reader's whole input.
    const effects = new Map<string, number>();
    for (const { edge, change, isRemoved } of byHand.decisions) {
      if (!isDirect(edge)) effects.set(textOf(edge), change);
      else if (isRemoved) {
        const input = edge.split("<")[1]!;
        for (const inner of byHand.untested.filter((other) => other.startsWith(`${input}<`))) {
          effects.set(textOf(inner), change);
        }
      }
    }
    expect(byHand.untested.length).toBeGreaterThan(0);
    expect(kept.length).toBeGreaterThan(0);
    for (const [text, change] of effects) {
      const measured = absolute ? Math.abs(change) : change;
      expect(Math.abs(changes.get(text)! - measured), text).toBeLessThan(1e-11);
    }
    expect(byHand.decisions.some(({ edge, isRemoved }) => isDirect(edge) && isRemoved)).toBe(true);
  });
});
