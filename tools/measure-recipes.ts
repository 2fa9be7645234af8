/**
 * Trains cases by a recipe and writes what came of each run as a line of a Markdown table: what
 * `docs/training.md` quotes.
 *
 *     npm run measure:recipes -- --cases 1,7,34 --seeds 1,2 --set learningRate=0.001
 *
 * Every model is measured again on fresh pairs, as `eval iit` does. Seconds are the process's
 * processor time, on one thread.
 */
import { parseArgs } from "node:util";
import { caseTask, causalModelOf, generateData, getCase } from "../src/cases/index.ts";
import { nativeBackend } from "../src/engine/index.node.ts";
import { modelAccuracies } from "../src/evaluation/index.ts";
import { markdownLine } from "../src/jobs/texts/markdown-table.ts";
import { Key } from "../src/rng/index.ts";
import {
  type EpochRecord,
  fastRecipe,
  parseRecipe,
  type RecipeInput,
  train,
  type ValidationMetrics,
} from "../src/training/index.ts";

const { values: given } = parseArgs({
  options: {
    cases: { type: "string", default: "3" },
    seeds: { type: "string", default: "1" },
    /** Fresh pairs to measure the models on; 0 leaves it out. */
    pairs: { type: "string", default: "65536" },
    /** Most inputs to draw. */
    samples: { type: "string", default: "120000" },
    /** Fields of the recipe, `name=value` with a JSON value. */
    set: { type: "string", multiple: true, default: [] },
    /** Whether every validation is told. */
    verbose: { type: "boolean", default: false },
  },
});

const changes = Object.fromEntries(
  given.set.map((text) => {
    const [name, value = ""] = text.split("=");
    return [
      name,
      JSON.parse(/^[a-z]/.test(value) && !/^(true|false)$/.test(value) ? `"${value}"` : value),
    ];
  }),
) as RecipeInput;

const cpuSeconds = (): number => process.cpuUsage().user / 1e6;
const percent = (x: number | undefined) => (x === undefined ? "" : (100 * x).toFixed(2));
const shown = ({ accuracy, iia, strictAccuracy }: ValidationMetrics) =>
  [accuracy, iia, strictAccuracy].map(percent).join(" / ");
const lossOf = ({ trainLosses: { iit, strict, behavior } }: EpochRecord) => iit + strict + behavior;

async function measure(id: string, seed: number): Promise<readonly (string | number)[]> {
  const started = cpuSeconds();
  const case_ = getCase(id);
  const recipe = parseRecipe({ ...fastRecipe(case_), ...changes, seed });
  const model = causalModelOf(case_);
  const key = Key.fromSeed(seed).fold("data");
  const task = {
    ...caseTask(case_, {}, model),
    ...generateData(case_, { key, size: Number(given.samples) }),
  };
  const made = cpuSeconds();
  const backend = nativeBackend();
  const { end, best, state, transformer } = await train(task, recipe, {
    backend,
    onProgress: (event) => {
      if (!given.verbose || event.kind === "batch") return;
      const text =
        event.kind === "recovery"
          ? JSON.stringify(event.recovery)
          : `${event.record.steps}  ${shown(event.record.validation)}  loss ${lossOf(event.record).toPrecision(3)}`;
      process.stderr.write(`case ${id}, seed ${seed}: ${text}\n`);
    },
  });
  const trained = cpuSeconds();
  const pairs = Number(given.pairs);
  const fresh = Key.fromSeed(seed + 1000);
  const evaluated =
    pairs === 0
      ? undefined
      : modelAccuracies(
          transformer,
          { ...task, ...generateData(case_, { key: fresh, size: 18_000 }) },
          { backend, pairBudget: pairs, key: fresh },
        );
  backend.dispose();
  return [
    id,
    seed,
    end,
    state.step,
    (made - started).toFixed(1),
    (trained - made).toFixed(1),
    best === undefined ? "" : shown(best.validation),
    best === undefined ? "" : lossOf(best).toPrecision(2),
    evaluated === undefined ? "" : shown(evaluated),
    state.recoveries.length,
  ];
}

const HEADINGS = [
  "case",
  "seed",
  "ended",
  "updates",
  "s for data",
  "s to train",
  "accuracy / IIA / strict, %",
  "loss",
  `on ${given.pairs} fresh pairs, %`,
  "recoveries",
];
const line = (cells: readonly (string | number)[]) =>
  process.stdout.write(`${markdownLine(cells)}\n`);
line(HEADINGS);
line(HEADINGS.map(() => "---"));
for (const id of given.cases.split(",")) {
  for (const seed of given.seeds.split(",").map(Number)) line(await measure(id, seed));
}
