import type { PageResult } from "../../src/report/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** A number of a result, in words. */
export interface Figure {
  readonly name: string;
  readonly text: string;
  readonly note?: string | undefined;
}

/** What a result is called: `acdc on case 3`, with the options by which it differs from others of its kind. */
export function resultHeading(
  { kind, case: id, document }: PageResult,
  results: readonly PageResult[] = [],
): string {
  const algorithm = document?.algorithm;
  const name = typeof algorithm === "string" ? algorithm : kind;
  const own = optionsOf(document);
  const others = results.filter((one) => one.kind === kind && one.case === id);
  const differing = Object.entries(own).filter(([key, value]) =>
    others.some(({ document }) => isOther(optionsOf(document)[key], value)),
  );
  const options = differing.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(", ");
  return `${name}${options === "" ? "" : ` (${options})`} on case ${id}`;
}

const isOther = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
const optionsOf = (document: Json | undefined): Json => recordAt(document ?? {}, "params");

const recordAt = (json: Json, key: string): Json => {
  const value = json[key];
  return typeof value === "object" && value !== null ? (value as Json) : {};
};

const percent = (value: unknown) =>
  typeof value === "number" ? `${(100 * value).toFixed(1)} %` : undefined;

/** The numbers that a result is read for first, of those that it has. */
export function shownFigures(document: Json): Figure[] {
  const score = recordAt(document, "score");
  const edges = recordAt(score, "edges");
  const metrics = recordAt(document, "metrics");
  const diagnostics = recordAt(document, "diagnostics");
  const auroc = recordAt(score, "auroc").edges;
  const random = recordAt(recordAt(recordAt(document, "baselines"), "random"), "edges");
  const figures: readonly (readonly [string, string | undefined, (string | undefined)?])[] = [
    [
      "edges found",
      typeof edges.tp === "number" ? `${edges.tp} of ${edges.tp + Number(edges.fn)}` : undefined,
      typeof edges.fp === "number" ? `and ${edges.fp} that are not in the truth` : undefined,
    ],
    ["precision", percent(edges.precision)],
    [
      "recall (TPR)",
      percent(edges.tpr),
      typeof random.tpr === "number"
        ? `a random circuit of its size: ${percent(random.tpr)}`
        : undefined,
    ],
    ["F1", typeof edges.f1 === "number" ? edges.f1.toFixed(3) : undefined],
    ["AUROC", typeof auroc === "number" ? auroc.toFixed(3) : undefined],
    [
      "unfaithfulness",
      typeof diagnostics.faithfulness === "number"
        ? diagnostics.faithfulness.toPrecision(3)
        : undefined,
      "loss with all other edges cut; 0 is the whole model",
    ],
    ["accuracy", percent(metrics.accuracy)],
    ["IIA", percent(metrics.iia), "interchange interventions"],
    ["strict accuracy", percent(metrics.strictAccuracy), "outside nodes exchanged"],
    ["joint strict accuracy", percent(metrics.jointStrictAccuracy), "all of them together"],
  ];
  return figures.flatMap(([name, text, note]) =>
    text === undefined ? [] : [{ name, text, note }],
  );
}

/** The schema of results that the page knows. */
const RESULTS_SCHEMA = 2;

/** Why a result cannot be read; `undefined` if it can. */
export function readableProblem(document: Json): string | undefined {
  const { resultsSchema } = recordAt(document, "provenance");
  if (typeof resultsSchema === "number" && resultsSchema !== RESULTS_SCHEMA) {
    return `This result was written by another version (results schema ${resultsSchema}; this page reads ${RESULTS_SCHEMA}).`;
  }
  return undefined;
}
