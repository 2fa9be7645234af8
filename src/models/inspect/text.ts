import { type Cell, formatFacts, formatTable, type Style } from "../../report/index.ts";
import type { Inspection, ModelInspection } from "./inspection.ts";
import type { TensorFacts } from "./tensors.ts";

type Facts = readonly (readonly [name: string, value: Cell])[];
type Edge = readonly [from: string, to: string];

/** What a file or folder holds, for people: facts first, then a table. */
export function inspectionText(inspection: Inspection, style: Style): string {
  const facts = (rows: Facts) => formatFacts([["holds", TITLES[inspection.kind]], ...rows], style);
  switch (inspection.kind) {
    case "weights": {
      const { format, elements, tensors } = inspection;
      const rows: Facts = [
        ["format", format],
        ["tensors", tensors.length],
        ["elements", elements],
      ];
      return `${facts(rows)}\n${tensorTable(tensors, style)}`;
    }
    case "config": {
      const { config, fault } = inspection;
      return `${facts([["usable here", fault ?? "yes"]])}\n${formatFacts(cells(config), style)}`;
    }
    case "edges":
      return `${facts([["edges", inspection.edges.length]])}\n${edgeTable(inspection.edges, style)}`;
    case "circuit": {
      const { granularity, shape, nodes, edges, scored } = inspection;
      const rows: Facts = [
        ["granularity", granularity],
        ["of", `${shape.nLayers} layers, ${shape.nHeads} heads`],
        ["nodes", nodes.length],
        ["edges", edges.length],
        ["edges with scores", scored.edges],
        ["nodes with scores", scored.nodes],
      ];
      return `${facts(rows)}\n${edgeTable(edges, style)}`;
    }
    case "result":
      return "score" in inspection
        ? `${facts([])}\n${scoreTable(inspection.score, style)}`
        : `${facts([["of", inspection.name]])}\n${formatFacts(cells(inspection.document), style)}`;
    case "data": {
      const { prompts, positions, has } = inspection;
      const rows: Facts = [
        ["prompts", prompts],
        ["positions", positions],
        ["with", has.join(", ")],
      ];
      return facts(rows);
    }
    case "vocabulary":
      return facts([
        ["tokens", shortText(inspection.tokens)],
        ["outputs", inspection.outputs === null ? "numbers" : shortText(inspection.outputs)],
      ]);
    case "settings":
      return `${facts([])}\n${formatFacts(cells(inspection.settings), style)}`;
    case "model":
      return modelText(inspection, facts, style);
  }
}

const TITLES: Readonly<Record<Inspection["kind"], string>> = {
  weights: "named arrays",
  config: "a configuration",
  edges: "a list of edges",
  circuit: "a circuit",
  result: "a result",
  data: "prompts",
  vocabulary: "what token ids stand for",
  settings: "a JSON object",
  model: "a model",
};

function modelText(
  { format, case: id, fits, files, config, parameters, circuit, remarks }: ModelInspection,
  facts: (rows: Facts) => string,
  style: Style,
): string {
  const { nLayers, nHeads, dModel, dHead, dMlp, dVocab, dVocabOut, nCtx, actFn } = config;
  const rows: Facts = [
    ["format", format === "published" ? "as InterpBench publishes models" : "of this package"],
    ["case", id ?? "not said"],
    ["has the shape of", fitsText(fits)],
    ["layers", nLayers],
    ["heads", nHeads],
    ["sizes", `d_model ${dModel}, d_head ${dHead}, d_mlp ${dMlp}, ${actFn}`],
    ["tokens", `${dVocab} in, ${dVocabOut} out, at most ${nCtx} positions`],
    ["parameters", parameters],
    ["circuit", circuit === null ? "none beside it" : `${circuit.edges.length} edges`],
    ...remarks.map((remark) => ["remark", remark] as const),
  ];
  const columns = [
    { heading: "file", value: ({ name }: { readonly name: string }) => name },
    { heading: "bytes", value: ({ bytes }: { readonly bytes: number }) => bytes },
  ] as const;
  const table = formatTable<(typeof files)[number]>([...columns], files, style);
  const edges = circuit === null ? "" : `\n${edgeTable(circuit.edges, style)}`;
  return `${facts(rows)}\n${table}${edges}`;
}

/** `cases 3, ioi (paper), compiled case 4`; nothing where there is none. */
function fitsText(fits: ModelInspection["fits"]): string {
  const namesOf = (wanted: ModelInspection["fits"][number]["as"]) =>
    fits
      .filter(({ as }) => as === wanted)
      .map(({ case: id, shape }) => (shape === undefined ? id : `${id} (${shape})`))
      .join(", ");
  const parts = [
    ["models of cases", namesOf("trained")],
    ["compiled cases", namesOf("compiled")],
  ];
  const said = parts.filter(([, names]) => names !== "").map((part) => part.join(" "));
  return said.join("; ") || "no case of the catalogue";
}

function tensorTable(tensors: readonly TensorFacts[], style: Style): string {
  return formatTable<TensorFacts>(
    [
      { heading: "tensor", value: ({ name }) => name },
      { heading: "dtype", value: ({ dtype }) => dtype },
      { heading: "shape", value: ({ shape }) => (shape.length === 0 ? "·" : shape.join(" × ")) },
      { heading: "sum", value: ({ sum }) => sum, align: "right" },
      { heading: "sum of squares", value: ({ sumOfSquares }) => sumOfSquares, align: "right" },
    ],
    tensors,
    style,
  );
}

function edgeTable(edges: readonly Edge[], style: Style): string {
  return formatTable<Edge>(
    [
      { heading: "from", value: ([from]) => from },
      { heading: "to", value: ([, to]) => to },
    ],
    edges,
    style,
  );
}

type ScoreInspection = Extract<Inspection, { readonly score: unknown }>;

function scoreTable(score: ScoreInspection["score"], style: Style): string {
  const rows = (["nodes", "edges"] as const).map((name) => ({ name, ...score[name] }));
  return formatTable<(typeof rows)[number]>(
    [
      { heading: "", value: ({ name }) => name },
      { heading: "TP", value: ({ truePositive }) => truePositive.length },
      { heading: "FP", value: ({ falsePositive }) => falsePositive.length },
      { heading: "FN", value: ({ falseNegative }) => falseNegative.length },
      { heading: "TN", value: ({ trueNegative }) => trueNegative.length },
      { heading: "TPR", value: ({ tpr }) => tpr },
      { heading: "FPR", value: ({ fpr }) => fpr },
    ],
    rows,
    style,
  );
}

const cells = (values: Readonly<Record<string, unknown>>): Facts =>
  Object.entries(values).map(([name, value]) => [name, cellOf(value)]);

/** A value as a cell; what is no single value is cut JSON. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return value;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
    return value;
  }
  return shortText(value);
}

const LONGEST = 100;

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
