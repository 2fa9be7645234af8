import { type CaseTask, generateData, inputTokens } from "../../../src/cases/index.ts";
import { formatNode } from "../../../src/circuit/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import {
  type ExchangeOutputs,
  exchangeOutputs,
  sameExchanges,
} from "../../../src/evaluation/index.ts";
import type { RaspValue } from "../../../src/rasp/index.ts";
import { Key } from "../../../src/rng/index.ts";
import { outsideNodes } from "../../../src/training/index.ts";
import { tokenTable, writtenAt } from "../../../src/transformer/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelWithCase } from "./models.ts";
import { type Numbers, numbers } from "./run.ts";
import { taskOf } from "./task.ts";

export interface GameInput {
  readonly model: ModelRef;
  readonly seed: number;
}

/** Rounds of asking which variable a node holds. */
export interface Game {
  /** What can be answered: the variables of one place each, and at last nothing, without a name. */
  readonly choices: readonly GameChoice[];
  /** Each place is asked about once, and something that holds nothing. */
  readonly rounds: readonly GameRound[];
}

export interface GameChoice {
  /** Names of variables that are held together; none for nothing. */
  readonly labels: readonly string[];
  /** The first choice that does the same to the outputs, whatever inputs are exchanged; itself if no other does. */
  readonly sameAs: number;
}

export interface GameRound {
  /** What is exchanged, as it writes to the residual stream. */
  readonly nodes: readonly string[];
  /** The number of the right choice. */
  readonly answer: number;
  /** Two inputs to begin with, BOS excluded. */
  readonly inputs: readonly [readonly RaspValue[], readonly RaspValue[]];
}

/** Pairs of inputs on which exchanges are compared. */
const PAIRS = 256;

/** The game of a seed on a model. `E_TASK` for a model that is of no case in its shape. */
export async function gameOf(state: EngineState, { model, seed }: GameInput): Promise<Game> {
  const { case_, task } = taskWithCase(state, model);
  const key = Key.fromSeed(seed).fold("game");
  const { inputs, tokens, positions, count } = generateData(case_, {
    key: key.fold("inputs"),
    size: 2 * PAIRS,
  });
  const pairs = {
    base: key.fold("base").integers(PAIRS, count),
    source: key.fold("source").integers(PAIRS, count),
  };
  const said = exchangeOutputs(task, { tokens, positions, pairs }, await state.backend());
  const same = sameExchanges(task, positions, choicesOf(said));
  const outside = outsideNodes(task.lowLevelConfig, task.correspondence).map(({ hook, head }) =>
    formatNode({ hook: writtenAt(task.lowLevelConfig, hook), head }),
  );
  const places = [
    ...said.exchanges.map(({ nodes }) => nodes),
    ...(outside.length === 0
      ? []
      : [[outside[key.fold("outside").integers(1, outside.length)[0]!]!]]),
  ];
  const order = key.fold("order").permutation(places.length);
  return {
    choices: [...said.exchanges.map(({ labels }) => labels), []].map((labels, i) => ({
      labels,
      sameAs: same[i]!,
    })),
    rounds: Array.from(order, (answer, round) => ({
      nodes: places[answer]!,
      answer,
      inputs: [inputs[pairs.base[round]!]!, inputs[pairs.source[round]!]!].map(inputTokens) as [
        RaspValue[],
        RaspValue[],
      ],
    })),
  };
}

export interface ChoicesInput {
  readonly model: ModelRef;
  /** Token ids `[pos]`, BOS included. */
  readonly tokens: readonly number[];
  readonly other: readonly number[];
}

/** What each choice of a game would do to the outputs: class ids `[1, pos, 1]`, or numbers `[1, pos, output]`. */
export async function choiceOutputs(
  state: EngineState,
  { model, tokens, other }: ChoicesInput,
): Promise<readonly Numbers[]> {
  const { task } = taskWithCase(state, model);
  const positions = tokens.length;
  const pair = { base: Uint32Array.of(0), source: Uint32Array.of(1) };
  const table = tokenTable(task.lowLevelConfig, [tokens, other]);
  const inputs = { tokens: table, positions, pairs: pair };
  const said = exchangeOutputs(task, inputs, await state.backend());
  return choicesOf(said).map((data) =>
    numbers({ shape: [1, positions, data.length / positions], data }),
  );
}

/** The outputs under each exchange, and at last under none. */
const choicesOf = ({ exchanges, own }: ExchangeOutputs) => [
  ...exchanges.map(({ outputs }) => outputs),
  own,
];

function taskWithCase(state: EngineState, model: ModelRef) {
  const held = modelWithCase(state, model);
  const task: CaseTask | undefined = taskOf(state, held);
  if (task !== undefined) return { case_: held.case_, task };
  throw new InterpBenchError("E_TASK", `the model has not the shape of case "${held.case_.id}"`);
}
