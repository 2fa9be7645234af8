import type { EstimatorFacts, EstimatorGroup, Rate } from "../../evaluation/index.ts";
import { formatJson } from "../../formats/index.ts";
import {
  type BarChart,
  barsSpec,
  type Column,
  drawBarsSvg,
  formatCsv,
} from "../../report/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import { studyMarkdown } from "../texts/study.ts";
import type { StudyDocument } from "./study-document.ts";

type Row = EstimatorFacts & Partial<Pick<EstimatorGroup, "by" | "group">>;

const rateColumns = (name: string, of: (row: Row) => Rate | undefined): Column<Row>[] => [
  { heading: name, value: (row) => of(row)?.rate },
  { heading: `${name}_low`, value: (row) => of(row)?.low },
  { heading: `${name}_high`, value: (row) => of(row)?.high },
  { heading: `${name}_count`, value: (row) => of(row)?.count },
  { heading: `${name}_total`, value: (row) => of(row)?.total },
];

/** A row for each algorithm, over all cases and for each group. */
const COLUMNS: readonly Column<Row>[] = [
  { heading: "algorithm", value: ({ algorithm }) => algorithm },
  { heading: "by", value: ({ by }) => by },
  { heading: "group", value: ({ group }) => group },
  { heading: "cases", value: ({ cases }) => cases },
  ...rateColumns("power", ({ power }) => power),
  ...rateColumns("false_positives", ({ falsePositives }) => falsePositives),
  ...rateColumns("power_at_size", ({ powerAtSize }) => powerAtSize),
  ...rateColumns("false_positives_at_size", ({ falsePositivesAtSize }) => falsePositivesAtSize),
  { heading: "bias", value: ({ bias }) => bias?.mean },
  { heading: "bias_low", value: ({ bias }) => bias?.low },
  { heading: "bias_high", value: ({ bias }) => bias?.high },
  ...rateColumns("coverage", ({ coverage }) => coverage),
];

/** Writes what a study is for people and programs, beside its document. */
export function writeStudy(draft: ArtifactDraft, document: StudyDocument): void {
  const { algorithms, groups } = document;
  draft.write("study.md", studyMarkdown(document));
  draft.write("study.csv", formatCsv(COLUMNS, [...algorithms, ...groups]));
  for (const [name, chart] of Object.entries(studyCharts(document))) {
    draft.write(`${name}.svg`, drawBarsSvg(chart));
    draft.write(`${name}.vl.json`, formatJson(barsSpec(chart)));
  }
}

const barOf = (rate: Rate | undefined) => ({ value: rate?.rate, interval: rate });

/** The figures of a study, by the names of their files. */
function studyCharts({ model, algorithms, groups }: StudyDocument): Record<string, BarChart> {
  const estimators = algorithms.filter(({ bias }) => bias !== undefined);
  const kinds = (by: string, name: string) => ({
    title: `Edges found, by ${name}; models ${model}`,
    axis: "edges of the truth found, as many named as it has",
    series: [...new Set(groups.filter((one) => one.by === by).map(({ group }) => group))].slice(
      0,
      4,
    ),
  });
  const byKind = kinds("variable", "what their source holds");
  return {
    rates: {
      title: `Edges found as often as their truth is large; models ${model}`,
      axis: "share of edges of the truth, and outside of it",
      series: ["power", "false positives"],
      groups: algorithms.map(({ algorithm, powerAtSize, falsePositivesAtSize }) => ({
        label: algorithm,
        bars: [barOf(powerAtSize), barOf(falsePositivesAtSize)],
      })),
    },
    intervals: {
      title: `Intervals of estimated effects; models ${model}`,
      axis: "share of edges",
      series: ["power", "false positives", "coverage"],
      groups: estimators.map(({ algorithm, power, falsePositives, coverage }) => ({
        label: algorithm,
        bars: [barOf(power), barOf(falsePositives), barOf(coverage)],
      })),
    },
    bias: {
      title: `Bias of estimated effects; models ${model}`,
      axis: "(estimate − exact) / largest effect of the case",
      series: ["bias"],
      groups: estimators.map(({ algorithm, bias }) => ({
        label: algorithm,
        bars: [{ value: bias?.mean, interval: bias }],
      })),
    },
    variables: {
      ...byKind,
      groups: algorithms.map(({ algorithm }) => ({
        label: algorithm,
        bars: byKind.series.map((group) =>
          barOf(
            groups.find(
              (one) => one.by === "variable" && one.group === group && one.algorithm === algorithm,
            )?.powerAtSize,
          ),
        ),
      })),
    },
  };
}
