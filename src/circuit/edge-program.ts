import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { circuitOf } from "./circuit.ts";
import type { ScoreMap } from "./merge.ts";
import { formatNode, parseEdge } from "./node.ts";
import { isInput, isOutput, readerOf } from "./paths.ts";
import { assertCount, type ChosenEdges } from "./select.ts";
import { assertEffects, type PositiveShare, positiveCount } from "./select-positive.ts";

/** What is used of the solver: the `highs` package. */
interface Solver {
  solve(
    problem: string,
    options: Readonly<Record<string, number | boolean>>,
  ): {
    readonly Status: string;
    readonly Columns: Readonly<Record<string, { readonly Primal?: number }>>;
  };
}

/** A name that bundlers do not follow: pages that never ask for it do not load it. */
const SOLVER = "highs";

async function loadSolver(): Promise<Solver> {
  let start: () => Promise<Solver>;
  try {
    start = (await import(SOLVER)).default;
  } catch (cause) {
    throw new InterpBenchError("E_INSTALL", "there is no solver for integer programs", {
      expected: `the package "${SOLVER}" beside this one`,
      received: reasonOf(cause),
      hint: `Install it, npm install ${SOLVER}, or choose edges in another way.`,
      cause,
    });
  }
  return start();
}

/** What `optimalEdges` finds, see there. */
export async function solveEdgeProgram(
  scores: ScoreMap,
  count: number,
  positive?: PositiveShare,
): Promise<ChosenEdges> {
  assertCount(scores, count, "edges");
  const infinite = [...scores].find(([, score]) => !Number.isFinite(score));
  if (infinite !== undefined) {
    throw new InterpBenchError("E_SCORE", "a sum of scores needs finite ones", {
      expected: "a finite number",
      at: infinite[0],
      received: String(infinite[1]),
    });
  }
  if (positive !== undefined) assertEffects(scores, positive.effects);
  const texts = [...scores.keys()];
  const solver = await loadSolver();
  const { Status, Columns } = solver.solve(program(scores, count, positive), {
    output_flag: false,
    mip_rel_gap: 0,
    mip_abs_gap: 0,
    threads: 1,
    random_seed: 0,
  });
  if (Status !== "Optimal") {
    throw new InterpBenchError("E_SCORE", "no circuit is as it is asked for", {
      expected: `at most ${count} edges on paths${positive === undefined ? "" : `, ${positiveCount(positive, count)} of them positive`}`,
      received: `the solver's answer: ${Status}`,
    });
  }
  const taken = texts.filter((_, e) => (Columns[`x${e}`]?.Primal ?? 0) > 0.5);
  return { circuit: circuitOf(taken.map(parseEdge)), tie: undefined };
}

/** The program in the LP format; scores as shares of the largest one, so that tolerances fit them. */
function program(scores: ScoreMap, count: number, positive: PositiveShare | undefined): string {
  const edges = Array.from(scores, ([text, score], index) => {
    const edge = parseEdge(text);
    return { text, score, x: `x${index}`, from: formatNode(edge[0]), to: readerOf(edge) };
  });
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const y = new Map(names.map((name, i) => [name, `y${i}`]));
  const inner = names.filter((name) => !isInput(name) && !isOutput(name));
  const ends = names.filter((name) => isInput(name) || isOutput(name));
  const largest = Math.max(...edges.map(({ score }) => Math.abs(score))) || 1;
  const coefficient = (value: number) => `${value < 0 ? "-" : "+"} ${Math.abs(value)}`;
  const sumOf = (some: typeof edges) => some.map(({ x }) => `+ ${x}`).join("\n");
  const needed = (name: string, own: typeof edges) =>
    own.length === 0 ? `${y.get(name)} <= 0` : `${sumOf(own)} - ${y.get(name)} >= 0`;
  const positives =
    positive === undefined ? [] : edges.filter(({ text }) => positive.effects.get(text)! > 0);
  return [
    "Maximize",
    ...edges.map(({ score, x }) => `${coefficient(score / largest)} ${x}`),
    "Subject To",
    `${sumOf(edges)} <= ${count}`,
    ...edges.flatMap(({ x, from, to }) => [
      `${x} - ${y.get(from)} <= 0`,
      `${x} - ${y.get(to)} <= 0`,
    ]),
    ...inner.map((name) =>
      needed(
        name,
        edges.filter(({ to }) => to === name),
      ),
    ),
    ...inner.map((name) =>
      needed(
        name,
        edges.filter(({ from }) => from === name),
      ),
    ),
    ...ends.map((name) => `${y.get(name)} = 1`),
    ...(positives.length === 0
      ? []
      : [`${sumOf(positives)} >= ${positiveCount(positive!, count)}`]),
    "Binary",
    ...edges.map(({ x }) => x),
    ...y.values(),
    "End",
    "",
  ].join("\n");
}
