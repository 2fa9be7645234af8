import type { Agreement, Exactness } from "../../cases/index.ts";
import { formatTable, type Style } from "../../report/index.ts";

interface Row {
  readonly inputs: string;
  readonly agreement: Agreement;
}

/** How exact a compiled transformer is: a table, and what its numbers mean. Ends with a newline. */
export function exactnessText({ random, structured }: Exactness, style: Style): string {
  const rows: Row[] = [
    { inputs: `${random.inputs} random`, agreement: random },
    { inputs: `${structured.inputs} constant, two-valued, sorted, …`, agreement: structured },
  ].filter(({ agreement }) => agreement.inputs > 0);
  const isRegression = "deviation" in random;
  const table = formatTable<Row>(
    [
      { heading: "inputs", value: ({ inputs }) => inputs },
      { heading: "positions", value: ({ agreement }) => agreement.positions },
      ...(isRegression
        ? [{ heading: "largest error", value: errorText, align: "right" as const }]
        : [
            { heading: "mistakes", value: mistakesOf },
            { heading: "smallest margin", value: marginOf },
          ]),
    ],
    rows,
    style,
  );
  const stopped = random.stopped + structured.stopped;
  const without =
    stopped === 0
      ? ""
      : `${style.dim(`on ${stopped} of these inputs the program has no value: they do not count`)}\n`;
  const note = isRegression
    ? "error: |output − value of the program|"
    : "margin: logit of the right class − largest other logit; 1 is clean, 0 or less a mistake";
  return `${table}\n${style.dim(note)}\n${without}`;
}

const mistakesOf = ({ agreement }: Row) =>
  "mistakes" in agreement ? agreement.mistakes : undefined;

const marginOf = ({ agreement }: Row) => ("margin" in agreement ? agreement.margin : undefined);

const errorText = ({ agreement }: Row) =>
  "deviation" in agreement ? deviationText(agreement.deviation) : undefined;

/**
 * A largest error with two digits. Stored ones have six decimals, measured ones are no better in float32.
 *
 * @param deviation `null` as documents have it in place of what JSON has no number for
 */
export function deviationText(deviation: number | null): string {
  if (deviation === null || !Number.isFinite(deviation)) return "not a number";
  return deviation < 1e-6 ? "below 1e-6" : deviation.toPrecision(2);
}
