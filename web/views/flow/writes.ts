import { formatNode, type GraphShape, parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import { modelOutputs, textsOf } from "../outputs.ts";

/** What a node writes to the residual stream on an input. */
export interface NodeWrites {
  /** `input`, `a1.2`, `m0`. */
  readonly box: string;
  /** Canonical. */
  readonly node: string;
  /** The step at which it writes: the input at 0, then heads and MLP of each layer. */
  readonly step: number;
  /** Length of what it writes at each position, BOS first. */
  readonly norms: readonly number[];
  /** The direction it writes to most at each position, and how much, with its sign. */
  readonly strongest: readonly { readonly direction: number; readonly value: number }[];
  /** What it adds by itself to what the model says, at each position. */
  readonly added: readonly number[];
}

/** An input on its way through a model. */
export interface Flow {
  readonly input: readonly TokenFacts[];
  /** From the input upwards. */
  readonly nodes: readonly NodeWrites[];
  /** What the model says at each position behind BOS. */
  readonly says: readonly string[];
  /** What variables are by the program, at each position behind BOS; none without a program. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

const INPUT = "blocks.0.hook_resid_pre";

/** The names of the steps of a model, from the input to the output. */
export function stepNames({ nLayers }: GraphShape): string[] {
  const layers = Array.from({ length: nLayers }, (_, layer) => [
    `layer ${layer}, heads`,
    `layer ${layer}, MLP`,
  ]);
  return ["input", ...layers.flat(), "output"];
}

/** Runs a model on an input, and looks at everything that writes. */
export async function flowOf(
  engine: Engine,
  facts: CaseFacts,
  { ref, config }: ModelFacts,
  input: readonly TokenFacts[],
): Promise<Flow> {
  const layers = Array.from({ length: config.nLayers }, (_, layer) => layer);
  const hooks = layers.flatMap((layer) => [
    `blocks.${layer}.attn.hook_result`,
    `blocks.${layer}.hook_mlp_out`,
  ]);
  const tokens = [facts.bosId, ...input.map(({ id }) => id)];
  const [{ logits, at }, contributions, trace] = await Promise.all([
    engine.call("run", { model: ref, tokens: [tokens], capture: [INPUT, ...hooks] }),
    engine.call("contributions", { model: ref, tokens }),
    facts.program.length === 0
      ? undefined
      : engine.call("trace", { case: facts.id, input: input.map(({ value }) => value) }),
  ]);
  const answers = answerPlaces(contributions.logits.data, tokens.length);
  const addedBy = (writers: readonly number[]) =>
    answers.map((answer, position) => {
      const { data } = contributions.values;
      const classes = contributions.logits.data.length / tokens.length;
      return writers.reduce(
        (sum, writer) => sum + data[(writer * tokens.length + position) * classes + answer]!,
        0,
      );
    });
  const nodes = [INPUT, ...hooks].flatMap((hook, step) => {
    const { shape, data } = at[hook]!;
    const heads = shape.length === 4 ? shape[2]! : 1;
    const width = shape.at(-1)!;
    return Array.from({ length: heads }, (_, head): NodeWrites => {
      const node = shape.length === 4 ? `${hook}[${head}]` : hook;
      const rows = tokens.map((_, position) =>
        data.subarray((position * heads + head) * width, (position * heads + head + 1) * width),
      );
      return {
        box: boxOfNode(parseNode(node), config),
        node: formatNode(parseNode(node)),
        step,
        norms: rows.map((row) => Math.hypot(...row)),
        strongest: rows.map(strongestOf),
        added: addedBy(
          contributions.writers.flatMap((writer, i) =>
            writer === node || (step === 0 && /^hook_(?:pos_)?embed$/.test(writer)) ? [i] : [],
          ),
        ),
      };
    });
  });
  const variables = new Map(
    trace?.steps.flatMap((one) =>
      one.kind === "sequence" ? [[one.label, one.values.map(String)] as const] : [],
    ),
  );
  return { input, nodes, says: textsOf(modelOutputs(facts, logits)), variables };
}

/** At each position the output that the model says: that of the largest logit. */
function answerPlaces(logits: Float32Array, positions: number): number[] {
  const classes = logits.length / positions;
  return Array.from({ length: positions }, (_, position) => {
    const row = logits.subarray(position * classes, (position + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}

function strongestOf(row: Float32Array) {
  const direction = row.reduce(
    (best, value, i) => (Math.abs(value) > Math.abs(row[best]!) ? i : best),
    0,
  );
  return { direction, value: row[direction]! };
}
