import type { Agreement, Case, Exactness } from "../../cases/index.ts";
import { countInputs } from "../../cases/index.ts";
import { type RaspValue, showValues } from "../../rasp/index.ts";
import { formatTable, type Style } from "../../report/index.ts";

/** More values than this are abbreviated if they are consecutive integers. */
const FEW = 12;

/** A set of values in full, but for consecutive integers: `{0, 1, 2, …, 99}`. */
export function valuesText(values: readonly RaspValue[]): string {
  const isRange = values.every((value, i) => value === Number(values[0]) + i);
  if (!isRange || values.length <= FEW) return showValues(values, values.length);
  return `{${values.slice(0, 3).join(", ")}, …, ${values.at(-1)}}`;
}

/** Numbers of inputs from here on are shown rounded, too. */
const MANY = 10n ** 15n;

/** `256`, or `26^59, about 3e+83`. */
export function inputCountText(case_: Case): string {
  const count = countInputs(case_);
  if (count < MANY) return String(count);
  return `${case_.vocab.length}^${case_.maxSeqLen - 1}, about ${Number(count).toExponential(1)}`;
}

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

/** Stored errors have six decimals, measured ones are no better in float32. */
function errorText({ agreement }: Row): string | undefined {
  if (!("deviation" in agreement)) return undefined;
  return agreement.deviation < 1e-6 ? "below 1e-6" : agreement.deviation.toPrecision(2);
}
