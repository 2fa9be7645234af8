/**
 * Runs every algorithm on transformers of a case's inputs, deeper and deeper, and writes what a run costs as a line
 * of a Markdown table: what `docs/leaderboard.md` quotes.
 *
 *     npm run measure:algorithms -- --case 3 --layers 2,4,6,11 --rows 1000 --most 120
 *
 * The transformers have fresh weights, which cost the same to search as trained ones, but for early decisions of
 * ACDC. Seconds are the process's processor time, on one thread, without a circuit or its measurement; a run that
 * is expected to take more than `--most` seconds, by the run before and the edges of both, is left out.
 */
import { parseArgs } from "node:util";
import { caseTask, getCase } from "../src/cases/index.ts";
import { countEdges } from "../src/circuit/index.ts";
import { allAlgorithms, caseDiscoveryTask, type DiscoveryTask } from "../src/discovery/index.ts";
import { nativeBackend } from "../src/engine/index.node.ts";
import { formatError } from "../src/errors/index.ts";
import { markdownLine } from "../src/jobs/texts/markdown-table.ts";
import { Key } from "../src/rng/index.ts";
import { initializeTransformer, keyNormals } from "../src/transformer/index.ts";

const { values: given } = parseArgs({
  options: {
    case: { type: "string", default: "3" },
    layers: { type: "string", default: "2,4,6,11" },
    rows: { type: "string", default: "1000" },
    /** Algorithms; all if none are named. */
    algorithms: { type: "string" },
    /** Longer runs are left out, in seconds. */
    most: { type: "string", default: "120" },
  },
});

const case_ = getCase(given.case);
const key = Key.fromSeed(1234);
const depths = given.layers.split(",").map(Number);
const shapeOf = (nLayers: number) => ({ ...caseTask(case_).lowLevelConfig, nLayers });
const edgeCounts = depths.map((nLayers) => countEdges(shapeOf(nLayers)));

function taskOf(nLayers: number): DiscoveryTask {
  const backend = nativeBackend();
  const transformer = initializeTransformer(
    shapeOf(nLayers),
    keyNormals(key.fold("weights")),
    "fan-in",
  );
  const size = Number(given.rows);
  const task = caseDiscoveryTask(case_, transformer, { key, size, backend });
  backend.dispose();
  return task;
}

/** Seconds of one run on a backend of its own, so that nothing compiled is used again. */
async function secondsOf(algorithm: (typeof algorithms)[number], task: DiscoveryTask) {
  const backend = nativeBackend();
  const before = process.cpuUsage();
  try {
    await algorithm.discover(task, {}, { backend });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  } catch (error) {
    process.stderr.write(`${algorithm.name}: ${formatError(error)}\n`);
    return undefined;
  } finally {
    backend.dispose();
  }
}

const wanted = given.algorithms?.split(",");
const algorithms = allAlgorithms().filter(({ name }) => wanted?.includes(name) ?? true);
const tasks = depths.map(taskOf);
const line = (cells: readonly string[]) => process.stdout.write(`${markdownLine(cells)}\n`);
const headings = ["algorithm", ...edgeCounts.map((count) => `${count} edges`), "growth"];
line(headings);
line(headings.map(() => "---"));
for (const algorithm of algorithms) {
  const found: (number | undefined)[] = [];
  for (const [i, task] of tasks.entries()) {
    const before = found[i - 1];
    const expected =
      i === 0 ? 0 : (before ?? Number.POSITIVE_INFINITY) * (edgeCounts[i]! / edgeCounts[i - 1]!);
    found.push(expected > Number(given.most) ? undefined : await secondsOf(algorithm, task));
  }
  const known = found.flatMap((seconds, i) =>
    seconds === undefined ? [] : [[edgeCounts[i]!, seconds] as const],
  );
  const [first, last] = [known[0], known.at(-1)];
  const growth =
    first === undefined || last === undefined || known.length < 2
      ? ""
      : (Math.log(last[1] / first[1]) / Math.log(last[0] / first[0])).toFixed(2);
  line([
    algorithm.name,
    ...found.map((seconds) =>
      seconds === undefined ? "–" : String(Number(seconds.toPrecision(2))),
    ),
    growth,
  ]);
}
